-- Grain: one row of a table that is at fault or needed, as delivered, and the first of its cells that is at fault.
WITH faults AS (
    SELECT
        picked.file,
        picked.row_no,
        arg_min(cells.column_name || ':' || cells.reason_code, cells.position) AS fault
    FROM _stage_picked AS picked
    INNER JOIN stage_faulty_cells AS cells ON picked.file = cells.file AND picked.row_no = cells.row_no
    WHERE picked.is_needed OR NOT cells.may_pass
    GROUP BY picked.file, picked.row_no
)

SELECT
    picked.*,
    faults.fault
FROM _stage_picked AS picked
LEFT JOIN faults ON picked.file = faults.file AND picked.row_no = faults.row_no
WHERE faults.fault IS NOT NULL OR picked.is_needed OR picked.may_be_absent
