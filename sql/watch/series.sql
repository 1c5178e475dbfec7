-- Grain: one series of tonight: a measure of a subject, with its value, the day it is of, and how the measure is judged.
WITH tonight AS (
    SELECT * FROM watch_list_series
    UNION ALL
    SELECT * FROM watch_list_flags
    UNION ALL
    SELECT * FROM watch_source_series
    UNION ALL
    SELECT * FROM watch_supplier_series
    UNION ALL
    SELECT * FROM watch_history_series
    UNION ALL
    SELECT * FROM watch_register_series
    UNION ALL
    SELECT * FROM watch_child_series
    UNION ALL
    SELECT * FROM watch_code_series
    UNION ALL
    SELECT * FROM watch_fault_series
)

SELECT
    CAST(row_number() OVER (
        ORDER BY tonight.subject_kind, tonight.subject, tonight.source, tonight.measure
    ) - 1 AS INTEGER) AS position,
    tonight.* EXCLUDE (n),
    coalesce(tonight.n, CAST('nan' AS DOUBLE)) AS n,
    measures.check_name,
    measures.unit,
    measures.least_noise,
    measures.noise_share,
    measures.season,
    measures.side,
    measures.is_told
FROM tonight
INNER JOIN watch_measures AS measures ON tonight.subject_kind = measures.subject_kind AND tonight.measure = measures.measure
WHERE NOT isnan(tonight.value)
