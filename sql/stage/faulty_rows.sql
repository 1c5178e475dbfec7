-- Grain: one row of persons or residences that cannot be typed, by its number in the file.
WITH faulty AS (
    SELECT file, unnest(faults) AS item FROM _stage_persons_scan
    UNION ALL
    SELECT file, unnest(faults) AS item FROM _stage_residences_scan
)

SELECT file, item.row_no AS row_no FROM faulty
