-- Table residences of the delivery, sorted. A row carries the person_id that its list has by default.
WITH named AS (
    SELECT
        residences.* EXCLUDE (ordinal, a_id, b_id),
        CASE
            WHEN exceptions.ordinal IS NULL THEN coalesce(residences.b_id, residences.a_id)
            ELSE exceptions.person_id
        END AS person_id
    FROM read_residences AS residences
    LEFT JOIN gateway_exceptions AS exceptions ON residences.ordinal = exceptions.ordinal
)

SELECT
    person_id,
    seq,
    municipality_code,
    address_function,
    address_id,
    address_from,
    departure_date,
    is_destination_unknown,
    declared_by,
    valid_from,
    recorded_on,
    is_under_inquiry,
    is_incorrect,
    inquiry_from
FROM named
WHERE person_id IS NOT NULL
ORDER BY person_id, seq
