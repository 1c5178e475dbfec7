-- Grain: one needed row and its physical line. Apart from the rows themselves, because a join by order sorts all it carries.
WITH needed AS (
    SELECT file, row_no FROM _stage_person_rows
    UNION
    SELECT file, row_no FROM _stage_residence_rows
    UNION
    SELECT file, row_no FROM _stage_enrolment_rows
    UNION
    SELECT file, row_no FROM _stage_trace_rows
)

SELECT
    needed.file,
    needed.row_no,
    needed.row_no + shifts.shift AS line
FROM needed
ASOF INNER JOIN stage_shifts AS shifts
    ON needed.file = shifts.file AND needed.row_no >= shifts.from_row
