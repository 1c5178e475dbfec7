-- Grain: one child of a case of whom a row could not be used, in which table; `kind` of a trace, where it can be read. A row of
-- persons counts when it says, or may say, that the child is under secrecy: in that it is believed, whatever else is wrong with it.
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

-- That a term of retention is over is no accident; that a trace is older than any child of a case, is.
SELECT DISTINCT
    person_id,
    'traces' AS table_name,
    CASE WHEN fault <> 'kind:code_unknown' THEN kind END AS kind
FROM _stage_traces_chosen
WHERE
    fault IS NOT NULL
    AND (fault <> 'event_on:retention_over' OR replace(event_on, '-', '') < $born_from_text)
    AND person_id IN (SELECT person_id FROM stage_expected)

UNION

SELECT DISTINCT
    person_id,
    'persons' AS table_name,
    'secrecy' AS kind
FROM _stage_persons_chosen
WHERE
    fault IS NOT NULL
    AND coalesce(is_confidential, '') <> '0'
    AND person_id IN (SELECT person_id FROM stage_expected)

UNION

SELECT DISTINCT
    person_id,
    'persons' AS table_name,
    'secrecy' AS kind
FROM _stage_parents_chosen
WHERE
    is_repeated
    AND is_confidential = '1'
    AND person_id IN (SELECT person_id FROM stage_expected)
