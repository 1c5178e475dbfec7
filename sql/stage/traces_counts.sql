-- Grain: one day of one trace source in one file of traces (none: rows at fault), with its rows.
SELECT
    $file_name AS file,
    CASE WHEN fault IS NULL THEN kind END AS kind,
    CASE WHEN fault IS NULL THEN source_code END AS source_code,
    CASE WHEN fault IS NULL THEN event_on END AS event_on,
    coalesce(sum(stands_for), 0) AS n_rows,
    coalesce(sum(stands_for) FILTER (WHERE fault IS NULL AND NOT is_known), 0) AS n_orphans
FROM _stage_judged
GROUP BY ALL
