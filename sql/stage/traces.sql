-- Grain: one needed row of traces, typed.
SELECT
    delivered.file,
    lines.line,
    delivered.person_id,
    delivered.kind,
    delivered.source_code,
    CAST(delivered.event_on AS DATE) AS event_on,
    CAST(delivered.ended_on AS DATE) AS ended_on
FROM _stage_trace_rows AS delivered
INNER JOIN _stage_lines AS lines ON delivered.file = lines.file AND delivered.row_no = lines.row_no
