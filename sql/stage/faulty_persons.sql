-- Grain: one row of persons that cannot be typed, by its number in the file.
WITH faulty AS (
    SELECT file, unnest(faults) AS item FROM _stage_persons_scan
)

SELECT file, item.row_no AS row_no FROM faulty
