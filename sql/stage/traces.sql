-- Grain: one needed row of traces, typed.
SELECT
    delivered.file,
    delivered.row_no + shifts.shift AS line,
    delivered.person_id,
    delivered.kind,
    delivered.source_code,
    CAST(delivered.event_on AS DATE) AS event_on,
    CAST(delivered.ended_on AS DATE) AS ended_on
FROM _stage_trace_rows AS delivered
ASOF INNER JOIN stage_shifts AS shifts
    ON delivered.file = shifts.file AND delivered.row_no >= shifts.from_row
