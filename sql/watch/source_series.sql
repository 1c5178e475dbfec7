-- Grain: one measure of one source of traces of tonight.
WITH days AS (
    SELECT
        kind,
        source_code,
        CAST(event_on AS DATE) AS event_on,
        n_rows,
        date_diff('day', CAST(event_on AS DATE), CAST($reference_date AS DATE)) AS age
    FROM stage_sign_days
),

measured AS (
    SELECT
        kind,
        source_code,
        CAST(sum(n_rows) AS DOUBLE) AS n,
        CAST(sum(n_rows) AS DOUBLE) AS rows,
        CAST(min(age) FILTER (WHERE age >= 0) AS DOUBLE) AS newest_age,
        sum(age * n_rows) / sum(n_rows) AS mean_age,
        CAST(coalesce(sum(n_rows) FILTER (WHERE age < 0), 0) AS DOUBLE) AS ahead,
        CAST(coalesce(sum(n_rows) FILTER (WHERE age BETWEEN 0 AND 27), 0) AS DOUBLE) AS recent,
        coalesce(sum(n_rows) FILTER (WHERE isodow(event_on) >= 6), 0) / sum(n_rows) AS weekend,
        max(n_rows) / sum(n_rows) AS busiest_day
    FROM days
    GROUP BY kind, source_code
)

SELECT
    'source' AS subject_kind,
    source_code AS subject,
    kind AS source,
    measure,
    CAST($reference_date AS DATE) AS seen_on,
    value,
    n,
    CAST(NULL AS VARCHAR) AS other
FROM measured UNPIVOT (value FOR measure IN (rows, newest_age, mean_age, ahead, recent, weekend, busiest_day))

UNION ALL

SELECT
    'source' AS subject_kind,
    declared.source_code AS subject,
    declared.kind AS source,
    'silent' AS measure,
    CAST($reference_date AS DATE) AS seen_on,
    1.0 AS value,
    NULL AS n,
    NULL AS other
FROM settings_trace_sources AS declared
INNER JOIN recall_sources AS spoken ON declared.source_code = spoken.source_code AND declared.kind = spoken.kind
WHERE (declared.source_code, declared.kind) NOT IN (SELECT (source_code, kind) FROM valid_sign_days)
