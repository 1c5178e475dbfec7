-- Grain: one child of a case of whom a row could not be used, in which table; `kind` of a trace, where it can be read.
SELECT DISTINCT
    person_id,
    'residences' AS table_name,
    CAST(NULL AS VARCHAR) AS kind
FROM _stage_residences_chosen
WHERE fault IS NOT NULL AND person_id IN (SELECT person_id FROM stage_expected)

UNION

SELECT DISTINCT
    person_id,
    'enrolments' AS table_name,
    CAST(NULL AS VARCHAR) AS kind
FROM _stage_enrolments_chosen
WHERE fault IS NOT NULL AND person_id IN (SELECT person_id FROM stage_expected)

UNION

-- That a term of retention is over is no accident.
SELECT DISTINCT
    person_id,
    'traces' AS table_name,
    CASE WHEN fault <> 'kind:code_unknown' THEN kind END AS kind
FROM _stage_traces_chosen
WHERE
    fault IS NOT NULL
    AND fault <> 'event_on:retention_over'
    AND person_id IN (SELECT person_id FROM stage_expected)
