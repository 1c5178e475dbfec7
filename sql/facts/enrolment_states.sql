-- Grain: one enrolment (person, source, school, enrolled_on) as its newest row tells it.
-- `covered_until` is the first day no longer covered; an enrolment still open covers up to the reference date.
WITH ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY person_id, source, school_id, enrolled_on
            ORDER BY seen_on DESC, withdrawn_on DESC NULLS FIRST, education_type
        ) AS recency
    FROM watch_enrolments
    WHERE enrolled_on <= $reference_date
)

SELECT
    person_id,
    source,
    school_id,
    enrolled_on,
    CASE WHEN withdrawn_on <= $reference_date THEN withdrawn_on END AS withdrawn_on,
    seen_on,
    CASE WHEN withdrawn_on <= $reference_date THEN withdrawn_on ELSE $reference_date END AS covered_until
FROM ranked
WHERE recency = 1
