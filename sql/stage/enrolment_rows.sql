-- Grain: one needed row of enrolments as delivered.
SELECT file, source, school_id, seen_on, unnest(kept, recursive := true)
FROM _stage_enrolments_scan
