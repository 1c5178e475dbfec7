-- Grain: one needed row of residences as delivered.
SELECT file, unnest(kept, recursive := true)
FROM _stage_residences_scan
