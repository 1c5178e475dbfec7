-- Grain: one needed row of traces as delivered.
SELECT file, kind, source_code, event_on, unnest(kept, recursive := true)
FROM _stage_traces_scan
