-- Grain: one needed row of enrolments as delivered.
SELECT file, source, school_id, CAST(seen_on AS VARCHAR) AS seen_on, unnest(kept, recursive := true)
FROM _stage_enrolments_scan
