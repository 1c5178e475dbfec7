-- Grain: one row that cannot be typed, with its physical line, the first column at fault and the reason.
WITH faulty AS (
    SELECT 'residences' AS table_name, file, unnest(faults) AS item FROM _stage_residences_scan
    UNION ALL
    SELECT 'persons' AS table_name, file, unnest(faults) AS item FROM _stage_persons_scan
    UNION ALL
    SELECT 'enrolments' AS table_name, file, unnest(faults) AS item FROM _stage_enrolments_scan
    UNION ALL
    SELECT 'traces' AS table_name, file, unnest(faults) AS item FROM _stage_traces_scan
)

SELECT
    faulty.table_name,
    faulty.file,
    faulty.item.row_no + shifts.shift AS line,
    split_part(faulty.item.fault, ':', 1) AS column_name,
    split_part(faulty.item.fault, ':', 2) AS reason_code
FROM faulty
ASOF INNER JOIN stage_shifts AS shifts
    ON faulty.file = shifts.file AND faulty.item.row_no >= shifts.from_row

UNION ALL

SELECT table_name, file, line, column_name, reason_code FROM _stage_structural_faults
