-- Grain: one file of residences, its sound rows and those at fault apart.
SELECT
    file,
    count(*) AS n_rows,
    max(recorded_on) AS newest_recorded,
    count(*) FILTER (WHERE is_under_inquiry = '1') AS n_under_inquiry,
    count(*) FILTER (WHERE is_incorrect = '1') AS n_incorrect
FROM delivered_residences AS delivered
ANTI JOIN _stage_residences_chosen AS chosen
    ON delivered.file = chosen.file AND delivered.row_no = chosen.row_no AND chosen.fault IS NOT NULL
GROUP BY file

UNION ALL

SELECT
    file,
    count(*) AS n_rows,
    NULL AS newest_recorded,
    0 AS n_under_inquiry,
    0 AS n_incorrect
FROM _stage_residences_chosen
WHERE fault IS NOT NULL
GROUP BY file
