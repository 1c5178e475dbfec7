-- Grain: one row of enrolments that is at fault, with its source and school where these can be read.
WITH unreadable AS (
    SELECT
        file,
        row_no,
        bool_or(column_name = 'source') AS is_source_unknown,
        bool_or(column_name = 'school_id') AS is_school_unknown
    FROM stage_faulty_cells
    WHERE table_name = 'enrolments'
    GROUP BY file, row_no
)

SELECT
    chosen.file,
    chosen.row_no,
    CASE WHEN NOT unreadable.is_source_unknown THEN chosen.source END AS source,
    CASE WHEN unreadable.is_school_unknown THEN '' ELSE chosen.school_id END AS school_id
FROM _stage_enrolments_chosen AS chosen
INNER JOIN unreadable ON chosen.file = unreadable.file AND chosen.row_no = unreadable.row_no
WHERE chosen.fault IS NOT NULL
