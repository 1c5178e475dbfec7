-- Grain: one school or source that open cases rest on, with how many; and all of them, which rest on the register of the municipality.
WITH resting AS (
    SELECT DISTINCT evidence.case_id, evidence.source, evidence.facts ->> 'school_id' AS school_id
    FROM recall_evidence AS evidence
    WHERE evidence.is_open
)

SELECT 'school' AS subject_kind, school_id AS subject, source, count(DISTINCT case_id) AS n_cases
FROM resting
WHERE school_id IS NOT NULL
GROUP BY school_id, source

UNION ALL

SELECT 'source' AS subject_kind, source AS subject, '' AS source, count(DISTINCT case_id) AS n_cases
FROM resting
WHERE school_id IS NULL
GROUP BY source

UNION ALL

SELECT 'municipality' AS subject_kind, '' AS subject, '' AS source, count(DISTINCT case_id) AS n_cases
FROM resting
