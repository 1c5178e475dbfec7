-- Grain: one person whose freshest list has less history than the one that counts, and shows another residence. What it
-- does not tell (or says to be unknown) is nothing new. A departure that only the suspension tells, not the place, is
-- news where no departure was known, or one of another suspension. A list that calls its person emigrated and shows no
-- departure undoes none.
WITH shown AS (
    SELECT
        * REPLACE (
            nullif(address_from, '00000000') AS address_from,
            nullif(departure_date, '00000000') AS departure_date
        ),
        departure_date IS NOT NULL AS is_departure,
        departure_date IS NOT NULL AND valid_from IS NULL AND is_destination_unknown IS NULL AS is_told_by_suspension
    FROM read_residences
    WHERE seq = 0
)

SELECT merged.ordinal, merged.freshest_ordinal, merged.file, merged.line, people.person_id
FROM gateway_merged AS merged
INNER JOIN gateway_people AS people ON merged.ordinal = people.ordinal
INNER JOIN shown AS news ON merged.freshest_ordinal = news.ordinal
LEFT JOIN shown AS known ON merged.ordinal = known.ordinal
INNER JOIN read_persons AS fresh ON merged.freshest_ordinal = fresh.ordinal
INNER JOIN read_persons AS counting ON merged.ordinal = counting.ordinal
WHERE
    merged.freshest_ordinal <> merged.ordinal
    AND NOT (fresh.suspension_reason IS NOT DISTINCT FROM 'E' AND NOT news.is_departure AND known.is_departure IS true)
    AND CASE WHEN news.is_told_by_suspension THEN
        known.is_departure IS NOT true
        OR coalesce(
            nullif(fresh.suspension_date, '00000000') <> nullif(counting.suspension_date, '00000000'), false
        )
    ELSE
        coalesce(news.municipality_code, known.municipality_code) IS DISTINCT FROM known.municipality_code
        OR coalesce(news.address_function, known.address_function) IS DISTINCT FROM known.address_function
        OR coalesce(news.departure_date, known.departure_date) IS DISTINCT FROM known.departure_date
        OR coalesce(news.is_destination_unknown, known.is_destination_unknown)
        IS DISTINCT FROM known.is_destination_unknown
        OR news.address_id <> known.address_id
        OR news.address_from <> known.address_from
        OR news.is_under_inquiry > known.is_under_inquiry
    END
