-- Grain: one value of one series, for other programs. A count of 1 to 4 is empty, as is a share behind which there are so few, or of nobody
-- knows how many; where so few are usual the band is so wide that they do not follow from it. publish/watch_values.py says the same of what
-- is drawn.
WITH counted AS (
    SELECT
        *,
        CASE WHEN unit = 'days' THEN NULL WHEN is_share THEN n ELSE 1 END AS whole,
        CASE WHEN unit = 'days' THEN NULL WHEN is_share THEN 5 / n ELSE 5 END AS few,
        (lower + upper) / 2 AS middle
    FROM (SELECT *, unit IN ('share', 'part', 'code') AS is_share FROM watch_points)
    WHERE NOT is_share OR n > 0
)

SELECT
    subject_kind,
    subject,
    source,
    measure,
    unit,
    on_day,
    CASE
        WHEN value * whole >= 0.5 AND value * whole < 4.5 THEN NULL
        WHEN is_share AND (1 - value) * whole >= 0.5 AND (1 - value) * whole < 4.5 THEN NULL
        ELSE value
    END AS value,
    CASE
        WHEN middle < few THEN 0
        WHEN is_share AND 1 - middle < few THEN 1 - few
        WHEN lower < few THEN 0
        ELSE lower
    END AS lower,
    CASE
        WHEN middle < few THEN few
        WHEN is_share AND (1 - middle < few OR upper > 1 - few) THEN 1
        ELSE upper
    END AS upper
FROM counted
ORDER BY subject_kind, subject, source, measure, on_day
