-- Grain: one trace: of tonight, or (`is_remembered`) one that a case rests on and that could not be delivered tonight: its source is
-- silent, or a row of the child was set aside. Silence is no news about a child; a source that is no longer declared, and a term of
-- retention that is over, are.
WITH remembered AS (
    SELECT DISTINCT
        cases.person_id,
        declared.kind,
        declared.source_code,
        evidence.event_on
    FROM recall_evidence AS evidence
    INNER JOIN recall_cases AS cases ON evidence.case_id = cases.case_id
    INNER JOIN settings_sign_kinds AS kinds ON evidence.rule_code = kinds.rule_code
    INNER JOIN settings_trace_sources AS declared
        ON evidence.source = declared.source_code AND kinds.kind = declared.kind
    LEFT JOIN facts_silent_sources AS silent
        ON declared.source_code = silent.source_code AND declared.kind = silent.kind
    WHERE
        evidence.is_open
        AND cases.kind = 'departure'
        AND CAST(evidence.event_on AS VARCHAR) >= declared.retained_from_text
        AND (
            silent.source_code IS NOT NULL
            OR EXISTS (
                SELECT 1
                FROM valid_set_aside AS missing
                WHERE
                    missing.person_id = cases.person_id
                    AND missing.table_name = 'traces'
                    AND coalesce(missing.kind, declared.kind) = declared.kind
            )
        )
)

SELECT
    person_id,
    kind,
    source_code,
    event_on,
    false AS is_remembered
FROM watch_traces

UNION ALL

SELECT
    person_id,
    kind,
    source_code,
    event_on,
    true AS is_remembered
FROM remembered
WHERE (person_id, kind, source_code, event_on) NOT IN (
    SELECT person_id, kind, source_code, event_on FROM watch_traces
)
