-- Grain: the same of one absence case: only the register, or a list that names the child, can be silent about it.
WITH silent_now AS (
    SELECT DISTINCT numbers.case_id
    FROM cases_absences_found AS found
    INNER JOIN cases_absence_numbers AS numbers ON found.absence_id = numbers.absence_id
    WHERE found.person_id IN (SELECT person_id FROM facts_silent_absences)
),

earlier AS (
    SELECT recalled.*
    FROM recall_silences AS recalled
    INNER JOIN cases_known AS known ON recalled.case_id = known.case_id AND known.kind = 'absence'
)

SELECT
    coalesce(silent_now.case_id, earlier.case_id) AS case_id,
    '' AS source,
    coalesce(earlier.since_on, CAST($reference_date AS DATE)) AS since_on,
    earlier.case_id IS NULL AS is_new,
    silent_now.case_id IS NULL AS is_heard
FROM silent_now
FULL OUTER JOIN earlier ON silent_now.case_id = earlier.case_id
