-- Grain: one needed row of traces, typed.
SELECT
    file,
    line,
    person_id,
    kind,
    source_code,
    CAST(event_on AS DATE) AS event_on,
    CAST(ended_on AS DATE) AS ended_on
FROM _stage_trace_rows
