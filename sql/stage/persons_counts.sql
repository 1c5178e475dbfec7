-- Grain: one municipality of one file of persons (none: rows at fault), with its rows.
SELECT
    file,
    municipality_code,
    count(*) AS n_rows,
    count(*) FILTER (WHERE birth_date = '00000000') AS n_unknown_births,
    count(*) FILTER (WHERE is_confidential = '1') AS n_confidential,
    count(*) FILTER (WHERE suffix(birth_date, '00')) AS n_incomplete_births,
    count(*) FILTER (WHERE suspension_reason = 'E') AS n_emigrated,
    count(*) FILTER (WHERE suspension_reason IS NOT NULL AND suspension_reason <> 'E') AS n_suspended_otherwise
FROM delivered_persons AS delivered
ANTI JOIN _stage_persons_chosen AS chosen
    ON delivered.file = chosen.file AND delivered.row_no = chosen.row_no AND chosen.fault IS NOT NULL
GROUP BY file, municipality_code

UNION ALL

SELECT
    file,
    NULL AS municipality_code,
    count(*) AS n_rows,
    0 AS n_unknown_births,
    0 AS n_confidential,
    0 AS n_incomplete_births,
    0 AS n_emigrated,
    0 AS n_suspended_otherwise
FROM _stage_persons_chosen
WHERE fault IS NOT NULL
GROUP BY file
