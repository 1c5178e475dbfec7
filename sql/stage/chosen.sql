-- Grain: one row of a table that is at fault or needed, as delivered.
SELECT
    picked.* EXCLUDE (is_needed),
    faults.fault
FROM _stage_picked AS picked
LEFT JOIN _stage_faults AS faults ON picked.file = faults.file AND picked.row_no = faults.row_no
WHERE faults.fault IS NOT NULL OR picked.is_needed
