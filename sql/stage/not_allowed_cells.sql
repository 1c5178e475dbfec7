-- Grain: one cell of a trace that may not be used: of a source that nobody declared, or older than its source may keep. Among the
-- faults of a row it comes last.
SELECT
    'traces' AS table_name,
    traces.file,
    traces.row_no,
    CASE WHEN sources.source_code IS NULL THEN 'source_code' ELSE 'event_on' END AS column_name,
    100 AS position,
    CASE WHEN sources.source_code IS NULL THEN 'source_not_declared' ELSE 'retention_over' END AS reason_code,
    false AS may_pass
FROM delivered_traces AS traces
LEFT JOIN settings_trace_sources AS sources
    ON traces.source_code = sources.source_code AND traces.kind = sources.kind
WHERE sources.source_code IS NULL OR traces.event_on < sources.retained_from_text
