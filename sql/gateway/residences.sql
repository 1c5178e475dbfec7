-- Table residences of the delivery, sorted. A row carries the person_id that its list has by default. A newer residence
-- of another list of the person comes first, above the history.
-- A municipality that nobody can tell is 0000, as in persons.
WITH own AS (
    SELECT
        residences.* EXCLUDE (ordinal, a_id, b_id)
        REPLACE (residences.seq + CASE WHEN newer.ordinal IS NULL THEN 0 ELSE 1 END AS seq),
        CASE
            WHEN exceptions.ordinal IS NULL THEN coalesce(residences.b_id, residences.a_id)
            ELSE exceptions.person_id
        END AS person_id
    FROM read_residences AS residences
    LEFT JOIN gateway_exceptions AS exceptions ON residences.ordinal = exceptions.ordinal
    LEFT JOIN gateway_newer AS newer ON residences.ordinal = newer.ordinal
),

named AS (
    SELECT * FROM own WHERE person_id IS NOT NULL

    UNION ALL BY NAME

    SELECT residences.* EXCLUDE (ordinal, a_id, b_id), newer.person_id
    FROM read_residences AS residences
    INNER JOIN gateway_newer AS newer ON residences.ordinal = newer.freshest_ordinal AND residences.seq = 0
)

SELECT
    person_id,
    seq,
    coalesce(municipality_code, '0000') AS municipality_code,
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
ORDER BY person_id, seq
