-- Grain: the rows of one source of traces in one month of the past (`month_01` is January), by which the next nights are held against
-- tonight; and the share of those rows that were there four weeks ago and still are (`kept`). Months of two to eight months ago: no row is
-- expected to come or go.
WITH months AS (
    SELECT
        kind,
        source_code,
        date_trunc('month', CAST(event_on AS DATE)) AS month_on,
        CAST(sum(n_rows) AS DOUBLE) AS n_rows
    FROM stage_sign_days
    GROUP BY kind, source_code, month_on
    HAVING month_on BETWEEN CAST($reference_date AS DATE) - 240 AND CAST($reference_date AS DATE) - 92
),

known AS (
    SELECT
        earlier.subject,
        earlier.source,
        earlier.measure,
        arg_max(earlier.value, earlier.on_day) AS n_rows
    FROM watch_remembered AS earlier
    WHERE
        earlier.subject_kind = 'source'
        AND starts_with(earlier.measure, 'month_')
        AND earlier.value IS NOT NULL
        AND earlier.on_day <= (SELECT max(on_day) FROM recall_nights WHERE on_day <= CAST($reference_date AS DATE) - 28)
    GROUP BY earlier.subject, earlier.source, earlier.measure
    HAVING max(earlier.on_day) > CAST($reference_date AS DATE) - 200
),

kept AS (
    SELECT months.kind, months.source_code, sum(months.n_rows) / sum(known.n_rows) AS kept, sum(known.n_rows) AS n
    FROM months
    INNER JOIN known
        ON
            months.source_code = known.subject
            AND months.kind = known.source
            AND strftime(months.month_on, 'month_%m') = known.measure
    GROUP BY months.kind, months.source_code
    HAVING sum(known.n_rows) >= 20
)

SELECT
    'source' AS subject_kind,
    source_code AS subject,
    kind AS source,
    strftime(month_on, 'month_%m') AS measure,
    CAST($reference_date AS DATE) AS seen_on,
    n_rows AS value,
    CAST(NULL AS DOUBLE) AS n,
    CAST(NULL AS VARCHAR) AS other
FROM months

UNION ALL

SELECT
    'source' AS subject_kind,
    source_code AS subject,
    kind AS source,
    'kept' AS measure,
    CAST($reference_date AS DATE) AS seen_on,
    kept AS value,
    n,
    NULL AS other
FROM kept
