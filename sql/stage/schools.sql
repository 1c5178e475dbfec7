-- Grain: one school of one source in one file: its rows, those that can be used, and the first that cannot. Rows whose
-- school cannot be read are one school without a name.
WITH counted AS (
    SELECT file, source, school_id, n_rows, n_rows - n_ends_first - n_ahead AS n_usable, first_impossible_row AS row_no
    FROM _stage_enrolments_counts
    WHERE source IS NOT NULL

    UNION ALL

    SELECT file, source, school_id, 1 AS n_rows, 0 AS n_usable, row_no
    FROM _stage_faulty_enrolments
)

SELECT
    file,
    source,
    school_id,
    CAST(sum(n_rows) AS BIGINT) AS n_rows,
    CAST(sum(n_usable) AS BIGINT) AS n_usable,
    min(row_no) AS row_no
FROM counted
GROUP BY file, source, school_id
