-- Grain: one row that cannot be typed, with its physical line, the first column at fault and the reason.
WITH faulty AS (
    SELECT 'residences' AS table_name, file, row_no, fault FROM _stage_residences_chosen
    UNION ALL
    SELECT 'persons' AS table_name, file, row_no, fault FROM _stage_persons_chosen
    UNION ALL
    SELECT 'enrolments' AS table_name, file, row_no, fault FROM _stage_enrolments_chosen
    UNION ALL
    SELECT 'traces' AS table_name, file, row_no, fault FROM _stage_traces_chosen
)

SELECT
    faulty.table_name,
    faulty.file,
    faulty.row_no + shifts.shift AS line,
    split_part(faulty.fault, ':', 1) AS column_name,
    split_part(faulty.fault, ':', 2) AS reason_code
FROM faulty
ASOF INNER JOIN stage_shifts AS shifts
    ON faulty.file = shifts.file AND faulty.row_no >= shifts.from_row
WHERE faulty.fault IS NOT NULL

UNION ALL

SELECT table_name, file, line, column_name, reason_code FROM _stage_structural_faults
