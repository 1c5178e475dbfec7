-- Grain: one measure of one source of traces of tonight.
WITH days AS (
    SELECT
        kind,
        source_code,
        CAST(event_on AS DATE) AS event_on,
        n_rows,
        n_ended,
        date_diff('day', CAST(event_on AS DATE), CAST($reference_date AS DATE)) AS age
    FROM stage_sign_days
),

-- Kinds of which something comes in all year; of others only the size and the last days say whether something changed.
steady AS (
    SELECT * FROM days WHERE kind IN ('absence_report', 'leave', 'tmv_report')
),

-- The day up to which all but the last fiftieth of the rows go: one wrong date does not move it.
late AS (
    SELECT kind, source_code, min(event_on) AS late_on
    FROM (
        SELECT kind, source_code, event_on,
            sum(n_rows) OVER (PARTITION BY kind, source_code ORDER BY event_on)
            / sum(n_rows) OVER (PARTITION BY kind, source_code) AS share_until
        FROM days
    )
    WHERE share_until >= 0.98
    GROUP BY kind, source_code
),

sizes AS (
    SELECT
        days.kind,
        days.source_code,
        CAST(sum(days.n_rows) AS DOUBLE) AS n,
        CAST(CASE WHEN days.kind IN ('absence_report', 'leave', 'tmv_report') THEN sum(days.n_rows) END AS DOUBLE) AS rows,
        CAST(CASE WHEN days.kind NOT IN ('absence_report', 'leave', 'tmv_report') THEN sum(days.n_rows) END AS DOUBLE)
            AS uneven_rows,
        -- Leave and exemptions are asked for beforehand.
        CAST(
            CASE WHEN days.kind NOT IN ('leave', 'exemption', 'municipal_provision')
                THEN coalesce(sum(days.n_rows) FILTER (WHERE days.age < 0), 0)
            END AS DOUBLE
        ) AS ahead,
        sum(days.n_ended) / sum(days.n_rows) AS with_end,
        CAST(date_diff('day', DATE '2000-01-01', min(late.late_on)) AS DOUBLE) AS late_day,
        CAST(
            CASE WHEN days.kind IN ('absence_report', 'tmv_report')
                THEN date_diff('day', min(late.late_on), CAST($reference_date AS DATE))
            END AS DOUBLE
        ) AS late_age
    FROM days
    INNER JOIN late ON days.kind = late.kind AND days.source_code = late.source_code
    GROUP BY days.kind, days.source_code
    HAVING sum(days.n_rows) >= 20
),

measured AS (
    SELECT
        kind,
        source_code,
        CAST(sum(n_rows) AS DOUBLE) AS n,
        CAST(min(age) FILTER (WHERE age >= 0) AS DOUBLE) AS newest_age,
        sum(age * n_rows) / sum(n_rows) AS mean_age,
        CAST(coalesce(sum(n_rows) FILTER (WHERE age BETWEEN 0 AND 27), 0) AS DOUBLE) AS recent,
        coalesce(sum(n_rows) FILTER (WHERE isodow(event_on) >= 6), 0) / sum(n_rows) AS weekend,
        greatest(
            sum(n_rows) FILTER (WHERE isodow(event_on) = 1),
            sum(n_rows) FILTER (WHERE isodow(event_on) = 2),
            sum(n_rows) FILTER (WHERE isodow(event_on) = 3),
            sum(n_rows) FILTER (WHERE isodow(event_on) = 4),
            sum(n_rows) FILTER (WHERE isodow(event_on) = 5)
        ) / sum(n_rows) AS busiest_weekday,
        coalesce(sum(n_rows) FILTER (WHERE day(event_on) = 1), 0) / sum(n_rows) AS first_of_month,
        max(n_rows) / sum(n_rows) AS busiest_day
    FROM steady
    GROUP BY kind, source_code
    HAVING sum(n_rows) >= 20
),

series AS (
    SELECT kind, source_code, measure, value, n
    FROM sizes UNPIVOT (value FOR measure IN (rows, uneven_rows, ahead, with_end, late_day, late_age))
    UNION ALL
    SELECT kind, source_code, measure, value, n
    FROM measured UNPIVOT (
        value FOR measure IN (newest_age, mean_age, recent, weekend, busiest_weekday, first_of_month, busiest_day)
    )
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
FROM series

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
