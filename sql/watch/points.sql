-- Grain: one value of one series, that stands until the next one: of all earlier nights and of tonight. Of what tonight has no value any
-- more there is one without a value. What may not be told is not in it, nor are flags, marks and days of lists. `n` is of how many a
-- share is. `lower` and `upper` are the usual band of tonight. Shares
-- that add up to a whole are those of a multiple of five, so that a few who are not told do not follow from the others.
WITH told AS (
    SELECT subject_kind, measure, unit
    FROM watch_measures
    WHERE is_told AND unit NOT IN ('flag', 'mark', 'day')
),

tonight AS (
    SELECT
        series.subject_kind,
        series.subject,
        series.source,
        series.measure,
        series.seen_on AS on_day,
        series.value,
        CASE WHEN NOT isnan(series.n) THEN series.n END AS n,
        bands.usual - 3 * bands.noise AS lower,
        bands.usual + 3 * bands.noise AS upper,
        bands.noise
    FROM watch_series AS series
    LEFT JOIN watch_bands AS bands ON series.position = bands.position
),

points AS (
    SELECT subject_kind, subject, source, measure, on_day, value, n, lower, upper, noise
    FROM tonight
    UNION ALL BY NAME
    SELECT
        earlier.subject_kind,
        earlier.subject,
        earlier.source,
        earlier.measure,
        earlier.on_day,
        earlier.value,
        earlier.n,
        tonight.noise
    FROM watch_remembered AS earlier
    LEFT JOIN tonight
        ON
            earlier.subject_kind = tonight.subject_kind
            AND earlier.subject = tonight.subject
            AND earlier.source = tonight.source
            AND earlier.measure = tonight.measure
    WHERE tonight.on_day IS NULL OR earlier.on_day < tonight.on_day
    UNION ALL BY NAME
    SELECT
        gone.subject_kind,
        gone.subject,
        gone.source,
        gone.measure,
        CAST($reference_date AS DATE) AS on_day,
        CAST(NULL AS DOUBLE) AS value
    FROM (SELECT DISTINCT subject_kind, subject, source, measure FROM watch_remembered) AS gone
    ANTI JOIN tonight
        ON
            gone.subject_kind = tonight.subject_kind
            AND gone.subject = tonight.subject
            AND gone.source = tonight.source
            AND gone.measure = tonight.measure
    WHERE gone.subject_kind <> 'school'
)

SELECT
    points.subject_kind,
    points.subject,
    points.source,
    points.measure,
    told.unit,
    points.on_day,
    CASE
        WHEN
            (told.unit = 'code' OR starts_with(points.measure, 'type_'))
            AND points.value * points.n >= 4.5 AND (1 - points.value) * points.n >= 4.5
            THEN round(points.value * points.n / 5) * 5 / points.n
        ELSE points.value
    END AS value,
    points.lower,
    points.upper,
    points.n,
    points.noise
FROM points
INNER JOIN told ON points.subject_kind = told.subject_kind AND points.measure = told.measure
