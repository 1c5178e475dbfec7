-- Grain: one school delivery in one file of enrolments (none: rows at fault), with its rows, and those that cannot be so whoever the
-- pupil is (K-04): they end before they begin, or were seen after the reference date.
SELECT
    $file_name AS file,
    CASE WHEN fault IS NULL THEN source END AS source,
    CASE WHEN fault IS NULL THEN school_id END AS school_id,
    CASE WHEN fault IS NULL THEN seen_on END AS seen_on,
    coalesce(sum(stands_for), 0) AS n_rows,
    coalesce(sum(stands_for) FILTER (WHERE fault IS NULL AND NOT is_known), 0) AS n_orphans,
    coalesce(sum(stands_for) FILTER (WHERE fault IS NULL AND withdrawn_on < enrolled_on), 0) AS n_ends_first,
    coalesce(
        sum(stands_for) FILTER (
            WHERE
            fault IS NULL
            AND coalesce(withdrawn_on >= enrolled_on, true)
            AND seen_on > strftime(CAST($reference_date AS DATE), '%Y-%m-%d')
        ),
        0
    ) AS n_ahead,
    min(row_no) FILTER (
        WHERE
        fault IS NULL
        AND (withdrawn_on < enrolled_on OR seen_on > strftime(CAST($reference_date AS DATE), '%Y-%m-%d'))
    ) AS first_impossible_row
FROM _stage_judged
GROUP BY ALL
