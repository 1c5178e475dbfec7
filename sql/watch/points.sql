-- Grain: one point of a series as a page draws it, tonight's and earlier ones, with the usual band of tonight (`lower` to `upper`).
WITH bands AS (
    SELECT series.subject_kind, series.subject, series.source, series.measure, bands.usual, bands.noise
    FROM watch_series AS series
    INNER JOIN watch_bands AS bands ON series.position = bands.position
),

points AS (
    SELECT subject_kind, subject, source, measure, on_day, value
    FROM recall_series

    UNION

    SELECT subject_kind, subject, source, measure, seen_on AS on_day, round(value, 5) AS value
    FROM watch_series
)

SELECT
    points.subject_kind,
    points.subject,
    points.source,
    points.measure,
    points.on_day,
    points.value,
    greatest(0, bands.usual - 3 * bands.noise) AS lower,
    bands.usual + 3 * bands.noise AS upper,
    measures.unit,
    measures.is_told
FROM points
INNER JOIN watch_measures AS measures ON points.subject_kind = measures.subject_kind AND points.measure = measures.measure
LEFT JOIN bands
    ON
        points.subject_kind = bands.subject_kind
        AND points.subject = bands.subject
        AND points.source = bands.source
        AND points.measure = bands.measure
WHERE measures.unit NOT IN ('flag', 'mark', 'day') AND measures.is_told
