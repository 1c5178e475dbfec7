-- Grain: one row of a child who may have left, as delivered.
SELECT file, unnest(children, recursive := true)
FROM _stage_persons_scan
