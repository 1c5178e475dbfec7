-- Grain: one column of a file (of school lists: of one source in it) that may be unreadable as a whole, or that says what cannot be
-- (`problem`): enough of its cells, or all rows of one school. How many of its cells are filled is counted only then
-- (brp_signals.delivery.unreadable).
WITH impossible AS (
    SELECT file, source, school_id, 'withdrawn_on' AS column_name, 'ends_first' AS problem, n_ends_first AS n_cells,
        first_impossible_row AS row_no
    FROM _stage_enrolments_counts

    UNION ALL

    SELECT file, source, school_id, 'seen_on' AS column_name, 'ahead' AS problem, n_ahead AS n_cells,
        first_impossible_row AS row_no
    FROM _stage_enrolments_counts
),

cells AS (
    SELECT table_name, file, source, school_id, column_name, '' AS problem, count(*) AS n_cells, min(row_no) AS row_no
    FROM _stage_unreadable_cells
    GROUP BY table_name, file, source, school_id, column_name

    UNION ALL

    SELECT
        'enrolments' AS table_name,
        file,
        source,
        school_id,
        column_name,
        problem,
        sum(n_cells) AS n_cells,
        min(row_no) AS row_no
    FROM impossible
    WHERE n_cells > 0
    GROUP BY file, source, school_id, column_name, problem
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
        cells.problem,
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
    GROUP BY cells.table_name, cells.file, cells.source, cells.column_name, cells.problem
)

SELECT
    columns.table_name,
    columns.file,
    columns.source,
    columns.column_name,
    columns.problem,
    columns.n_unreadable,
    columns.is_whole_school,
    columns.row_no + shifts.shift AS line
FROM columns
ASOF INNER JOIN stage_shifts AS shifts
    ON columns.file = shifts.file AND columns.row_no >= shifts.from_row
WHERE columns.n_unreadable >= $fewest_unreadable OR columns.is_whole_school
ORDER BY columns.table_name, columns.file, line, columns.column_name
