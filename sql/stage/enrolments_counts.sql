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
    min(row_no) FILTER (WHERE ends_first OR lies_ahead) AS first_impossible_row,
    count(*) FILTER (WHERE withdrawn_on <= seen_on) AS n_ended,
    count(*) FILTER (WHERE enrolled_on > CAST(CAST(seen_on AS DATE) - 31 AS VARCHAR)) AS n_newcomers,
    count(*) FILTER (WHERE substr(enrolled_on, 6, 2) = '08') AS n_in_august,
    count(*) FILTER (WHERE education_type = 'PO') AS n_po,
    count(*) FILTER (WHERE education_type = 'VO') AS n_vo,
    count(*) FILTER (WHERE education_type = 'MBO') AS n_mbo,
    -- Of days alone, no person in it: another pupil makes another sum, the same list the same.
    sum(hash(enrolled_on, withdrawn_on <= seen_on) >> 32) AS sum_of_days
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
    NULL AS first_impossible_row,
    0 AS n_ended,
    0 AS n_newcomers,
    0 AS n_in_august,
    0 AS n_po,
    0 AS n_vo,
    0 AS n_mbo,
    0 AS sum_of_days
FROM stage_faulty_rows
WHERE table_name = 'enrolments'
GROUP BY file
