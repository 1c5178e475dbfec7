-- Grain: one needed row and its physical line. Apart from the rows themselves, because a join by order sorts all it carries.
WITH needed AS (
    SELECT file, row_no FROM _stage_child_rows
    UNION
    SELECT file, row_no FROM _stage_parent_rows
    UNION
    SELECT file, row_no FROM _stage_residences_chosen WHERE fault IS NULL AND is_needed
    UNION
    SELECT file, row_no FROM _stage_enrolments_chosen WHERE fault IS NULL AND is_needed
    UNION
    SELECT file, row_no FROM _stage_traces_chosen WHERE fault IS NULL AND is_needed
)

SELECT
    needed.file,
    needed.row_no,
    needed.row_no + shifts.shift AS line
FROM needed
ASOF INNER JOIN stage_shifts AS shifts
    ON needed.file = shifts.file AND needed.row_no >= shifts.from_row
