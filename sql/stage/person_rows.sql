-- Grain: one needed row of persons as delivered, with its physical line: children, and what context needs of their parents.
WITH needed AS (
    SELECT * FROM _stage_child_rows
    UNION ALL BY NAME
    SELECT * FROM _stage_parent_rows
)

SELECT
    needed.*,
    lines.line
FROM needed
INNER JOIN _stage_lines AS lines ON needed.file = lines.file AND needed.row_no = lines.row_no
