-- Grain: one enrolment, with the number of the spell it belongs to (per person and school).
-- Enrolments of one child at one school with at most 62 days between them are one spell: a re-keyed row continues.
WITH neighbours AS (
    SELECT
        *,
        max(covered_until) OVER (
            PARTITION BY person_id, school_id ORDER BY enrolled_on, source
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS covered_before
    FROM facts_enrolment_states
)

SELECT
    person_id,
    source,
    school_id,
    enrolled_on,
    withdrawn_on,
    seen_on,
    CAST(sum(CASE WHEN enrolled_on <= covered_before + 62 THEN 0 ELSE 1 END) OVER (
        PARTITION BY person_id, school_id ORDER BY enrolled_on, source
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS BIGINT) AS spell_number
FROM neighbours
