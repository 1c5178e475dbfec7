-- Grain: one needed row of traces, as delivered, with its physical line.
SELECT
    chosen.*,
    lines.line
FROM _stage_traces_chosen AS chosen
INNER JOIN _stage_lines AS lines ON chosen.file = lines.file AND chosen.row_no = lines.row_no
