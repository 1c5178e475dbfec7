-- Grain: one school delivery in one file of enrolments (none: rows at fault), with its rows, and those that cannot be so whoever the
-- pupil is (K-04): they end before they begin, or were seen after the reference date.
WITH usable AS (
    SELECT
        *,
        coalesce(withdrawn_on < enrolled_on, false) AS ends_first,
        seen_on > strftime(CAST($reference_date AS DATE), '%Y-%m-%d') AS lies_ahead
    FROM delivered_enrolments AS delivered
    ANTI JOIN stage_faulty_rows AS faulty ON delivered.file = faulty.file AND delivered.row_no = faulty.row_no
)

SELECT
    file,
    source,
    school_id,
    seen_on,
    count(*) AS n_rows,
    count(*) FILTER (WHERE ends_first) AS n_ends_first,
    count(*) FILTER (WHERE lies_ahead AND NOT ends_first) AS n_ahead,
    min(row_no) FILTER (WHERE ends_first OR lies_ahead) AS first_impossible_row
FROM usable
GROUP BY file, source, school_id, seen_on

UNION ALL

SELECT
    file,
    NULL AS source,
    NULL AS school_id,
    NULL AS seen_on,
    count(*) AS n_rows,
    0 AS n_ends_first,
    0 AS n_ahead,
    NULL AS first_impossible_row
FROM stage_faulty_rows
WHERE table_name = 'enrolments'
GROUP BY file
