-- Grain: one earlier point of a series of tonight, `steps_back` from it. A school list is a point of its own day; of anything else there is
-- a point a week, its newest night: what was not written is as it was the time before. Points from before a change that a
-- person acknowledged (`from_on`), or since a change that nobody did (`until_on`), say nothing about what is usual. `is_of_year`: of the
-- school year that the series is in, once its lists have settled in October. What consists of pupils who stay (a stock, a part of it) changes
-- on the 1st of August and hardly after it. Of a series without a school year every point is.
WITH lists AS (
    SELECT series.position, earlier.on_day, earlier.value
    FROM watch_series AS series
    INNER JOIN watch_remembered AS earlier
        ON
            series.subject_kind = earlier.subject_kind
            AND series.subject = earlier.subject
            AND series.source = earlier.source
            AND series.measure = earlier.measure
    -- Whether a list is older than others is asked of all of them.
    WHERE series.subject_kind = 'school' AND (earlier.on_day < series.seen_on OR series.unit = 'day')
),

nights AS (
    SELECT series.position, earlier.on_day, earlier.value
    FROM (
        SELECT named.position, named.subject_kind, named.subject, named.source, named.measure, nights.on_day
        FROM watch_series AS named
        CROSS JOIN recall_nights AS nights
        WHERE named.subject_kind <> 'school' AND named.unit <> 'flag'
    ) AS series
    ASOF INNER JOIN watch_remembered AS earlier
        ON
            series.subject_kind = earlier.subject_kind
            AND series.subject = earlier.subject
            AND series.source = earlier.source
            AND series.measure = earlier.measure
            AND series.on_day >= earlier.on_day
),

-- A fault that was never seen on an earlier night was there no time.
never AS (
    SELECT series.position, nights.on_day, 0.0 AS value
    FROM watch_series AS series
    CROSS JOIN recall_nights AS nights
    LEFT JOIN (
        SELECT subject_kind, subject, source, measure, min(on_day) AS first_on
        FROM watch_remembered
        GROUP BY subject_kind, subject, source, measure
    ) AS seen
        ON
            series.subject_kind = seen.subject_kind
            AND series.subject = seen.subject
            AND series.source = seen.source
            AND series.measure = seen.measure
    WHERE series.unit = 'faults' AND nights.on_day < coalesce(seen.first_on, DATE '9999-12-31')
),

points AS (
    SELECT * FROM lists
    UNION ALL
    SELECT * FROM nights
    UNION ALL
    SELECT * FROM never
),

ordered AS (
    SELECT points.position, points.on_day, points.value,
        series.season <> 'school_year' OR points.on_day >= make_date(
            CAST(year(series.seen_on) - CASE WHEN month(series.seen_on) < series.first_month THEN 1 ELSE 0 END AS INTEGER),
            series.first_month,
            1
        ) AS is_of_year,
        row_number() OVER (PARTITION BY points.position ORDER BY points.on_day DESC) AS steps_back
    FROM points
    INNER JOIN (
        SELECT *, CASE WHEN unit IN ('stock', 'part') THEN 8 ELSE 10 END AS first_month
        FROM watch_series
    ) AS series ON points.position = series.position
    LEFT JOIN recall_baselines AS baselines
        ON
            series.subject_kind = baselines.subject_kind
            AND series.subject = baselines.subject
            AND series.source = baselines.source
            AND series.measure = baselines.measure
            AND series.unit <> 'day'
    WHERE
        points.value IS NOT NULL
        AND points.on_day >= coalesce(baselines.from_on, DATE '0001-01-01')
        AND points.on_day < coalesce(baselines.until_on, DATE '9999-12-31')
)

SELECT position, on_day, value, steps_back, is_of_year
FROM ordered
WHERE steps_back <= $most
