-- Grain: one source of which a case shows signs that could not be delivered tonight; the empty source is the register, of which the
-- child's rows are missing. `since_on` is the night that first missed it; `is_heard`: it speaks again.
WITH carried AS (
    SELECT person_id, source_code AS source, event_on FROM facts_traces
    WHERE is_remembered
    UNION
    SELECT person_id, source, event_on FROM facts_remembered_enrolments
),

silent_now AS (
    SELECT DISTINCT numbers.case_id, carried.source
    FROM cases_found AS found
    INNER JOIN cases_numbers AS numbers ON found.departure_id = numbers.departure_id
    INNER JOIN cases_signs AS signs ON found.departure_id = signs.departure_id
    INNER JOIN carried
        ON
            found.person_id = carried.person_id
            AND signs.source = carried.source
            AND signs.event_on = carried.event_on

    UNION

    SELECT numbers.case_id, '' AS source
    FROM cases_found AS found
    INNER JOIN cases_numbers AS numbers ON found.departure_id = numbers.departure_id
    WHERE found.person_id IN (SELECT person_id FROM facts_silent_children)
)

SELECT
    coalesce(silent_now.case_id, earlier.case_id) AS case_id,
    coalesce(silent_now.source, earlier.source) AS source,
    coalesce(earlier.since_on, CAST($reference_date AS DATE)) AS since_on,
    earlier.case_id IS NULL AS is_new,
    silent_now.case_id IS NULL AS is_heard
FROM silent_now
FULL OUTER JOIN (
    SELECT recalled.*
    FROM recall_silences AS recalled
    INNER JOIN cases_known AS known ON recalled.case_id = known.case_id AND known.kind = 'departure'
) AS earlier
    ON silent_now.case_id = earlier.case_id AND silent_now.source = earlier.source
