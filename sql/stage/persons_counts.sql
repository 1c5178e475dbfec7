-- Grain: one municipality of one file of persons (none: rows at fault), with its rows.
SELECT
    $file_name AS file,
    CASE WHEN fault IS NULL THEN municipality_code END AS municipality_code,
    coalesce(sum(stands_for), 0) AS n_rows,
    coalesce(sum(stands_for) FILTER (WHERE fault IS NULL AND birth_date = '00000000'), 0) AS n_unknown_births,
    coalesce(sum(stands_for) FILTER (WHERE fault IS NULL AND is_confidential = '1'), 0) AS n_confidential
FROM _stage_judged
GROUP BY ALL
