-- Grain: one school delivery in one file of enrolments (none: rows at fault), with its rows.
SELECT
    $file_name AS file,
    CASE WHEN fault IS NULL THEN source END AS source,
    CASE WHEN fault IS NULL THEN school_id END AS school_id,
    CASE WHEN fault IS NULL THEN seen_on END AS seen_on,
    coalesce(sum(stands_for), 0) AS n_rows,
    coalesce(sum(stands_for) FILTER (WHERE fault IS NULL AND NOT is_known), 0) AS n_orphans
FROM _stage_judged
GROUP BY ALL
