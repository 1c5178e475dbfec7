-- One row: what one file of residences holds.
SELECT
    $file_name AS file,
    coalesce(sum(stands_for), 0) AS n_rows,
    coalesce(sum(stands_for) FILTER (WHERE fault IS NULL AND NOT is_known), 0) AS n_orphans,
    max(recorded_on) FILTER (WHERE fault IS NULL) AS newest_recorded
FROM _stage_judged
