-- Grain: one value of a series that is drawn, with the usual band of its time: three times as far as it moves by itself around the median
-- of as many values before it as the watch looks at.
WITH chosen AS (
    SELECT points.*
    FROM watch_points AS points
    SEMI JOIN watch_drawn AS drawn
        ON
            points.subject_kind = drawn.subject_kind
            AND points.subject = drawn.subject
            -- All codes of a column are drawn together.
            AND (points.source = drawn.source OR points.unit = 'code')
),

moving AS (
    SELECT
        *,
        median(value) OVER before AS usual,
        greatest(1.4826 * mad(value) OVER before, noise) AS moves,
        count(value) OVER before AS n_before
    FROM chosen
    WINDOW before AS (
        PARTITION BY subject_kind, subject, source, measure
        ORDER BY on_day ROWS BETWEEN $most PRECEDING AND 1 PRECEDING
    )
)

SELECT
    subject_kind,
    subject,
    source,
    measure,
    unit,
    on_day,
    value,
    coalesce(lower, CASE WHEN n_before >= 2 THEN usual - 3 * moves END) AS lower,
    coalesce(upper, CASE WHEN n_before >= 2 THEN usual + 3 * moves END) AS upper,
    n
FROM moving
WHERE on_day >= $drawn_from
ORDER BY subject_kind, subject, source, measure, on_day
