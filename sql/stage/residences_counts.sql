-- Grain: one file of residences, its sound rows and those at fault apart.
SELECT
    file,
    count(*) AS n_rows,
    max(recorded_on) AS newest_recorded
FROM delivered_residences AS delivered
ANTI JOIN _stage_faults AS faults ON delivered.file = faults.file AND delivered.row_no = faults.row_no
GROUP BY file

UNION ALL

SELECT
    file,
    count(*) AS n_rows,
    NULL AS newest_recorded
FROM _stage_faults
GROUP BY file
