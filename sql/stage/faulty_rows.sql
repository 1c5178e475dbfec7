-- Grain: one row that holds a faulty cell.
SELECT DISTINCT table_name, file, row_no, true AS is_faulty
FROM stage_faulty_cells
