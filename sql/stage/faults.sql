-- Grain: one row of the table that is picked which is at fault, and the first of its cells that is.
SELECT
    picked.file,
    picked.row_no,
    arg_min(cells.column_name || ':' || cells.reason_code, cells.position) AS fault
FROM _stage_picked AS picked
INNER JOIN stage_faulty_cells AS cells ON picked.file = cells.file AND picked.row_no = cells.row_no
WHERE picked.is_needed OR NOT cells.may_pass
GROUP BY picked.file, picked.row_no
