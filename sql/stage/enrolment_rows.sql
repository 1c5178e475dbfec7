-- Grain: one needed row of enrolments, as delivered, with its physical line.
SELECT
    chosen.*,
    lines.line
FROM _stage_enrolments_chosen AS chosen
INNER JOIN _stage_lines AS lines ON chosen.file = lines.file AND chosen.row_no = lines.row_no
