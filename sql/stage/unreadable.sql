-- Grain: one column of a file (of school lists: of one source in it) that may be unreadable as a whole: enough of its cells,
-- or all rows of one school. How many of its cells are filled is counted only then (brp_signals.unreadable).
WITH cells AS (
    SELECT table_name, file, source, school_id, column_name, count(*) AS n_cells, min(row_no) AS row_no
    FROM _stage_unreadable_cells
    GROUP BY table_name, file, source, school_id, column_name
),

sources AS (
    SELECT file, source, sum(n_rows) AS n_rows
    FROM _stage_schools
    GROUP BY file, source
),

columns AS (
    SELECT
        cells.table_name,
        cells.file,
        cells.source,
        cells.column_name,
        CAST(sum(cells.n_cells) AS BIGINT) AS n_unreadable,
        min(cells.row_no) AS row_no,
        coalesce(
            bool_or(cells.n_cells = CASE WHEN cells.school_id = '' THEN sources.n_rows ELSE schools.n_rows END), false
        ) AS is_whole_school
    FROM cells
    LEFT JOIN _stage_schools AS schools
        ON
            cells.file = schools.file
            AND cells.source IS NOT DISTINCT FROM schools.source
            AND cells.school_id = schools.school_id
    LEFT JOIN sources ON cells.file = sources.file AND cells.source IS NOT DISTINCT FROM sources.source
    GROUP BY cells.table_name, cells.file, cells.source, cells.column_name
)

SELECT
    columns.table_name,
    columns.file,
    columns.source,
    columns.column_name,
    columns.n_unreadable,
    columns.is_whole_school,
    columns.row_no + shifts.shift AS line
FROM columns
ASOF INNER JOIN stage_shifts AS shifts
    ON columns.file = shifts.file AND columns.row_no >= shifts.from_row
WHERE columns.n_unreadable >= $fewest_unreadable OR columns.is_whole_school
ORDER BY columns.table_name, columns.file, line, columns.column_name
