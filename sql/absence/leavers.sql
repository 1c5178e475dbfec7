-- Grain: one person of whom no school list says that an enrolment is open. A row that cannot be read may be an open one.
WITH ranked AS (
    SELECT
        person_id,
        withdrawn_on,
        row_number() OVER (
            PARTITION BY person_id, source, school_id, enrolled_on
            ORDER BY seen_on DESC, withdrawn_on DESC NULLS FIRST, education_type
        ) AS recency
    FROM _absence_lists
    WHERE enrolled_on <= $reference_date AND seen_on <= $reference_date
)

SELECT person_id
FROM ranked
WHERE
    recency = 1
    AND person_id NOT IN (SELECT person_id FROM stage_absence_enrolments WHERE is_faulty)
GROUP BY person_id
HAVING count(*) = count(*) FILTER (WHERE withdrawn_on <= $reference_date)
