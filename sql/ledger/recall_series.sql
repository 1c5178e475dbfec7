-- Numbers of earlier runs that tonight is held against: of school lists those of 420 days, of anything else what stood forty nights ago and
-- what came since; a night is one of deliveries of the same municipalities.
WITH nights AS (
    SELECT scope, julianday(reference_date) - julianday('2000-01-01') AS on_day,
        dense_rank() OVER (PARTITION BY scope ORDER BY reference_date DESC) AS nights_back
    FROM runs WHERE run_no < :run_no
),

looked_at AS (
    SELECT scope, min(on_day) AS from_day, max(on_day) AS until_day FROM nights
    WHERE nights_back <= 40 GROUP BY scope
)

SELECT subject_kind, subject, source, measure, series.scope, date('2000-01-01', on_day || ' days') AS on_day, value
FROM watch_values AS known
INNER JOIN watch_series AS series ON known.series_no = series.series_no
INNER JOIN looked_at ON series.scope = looked_at.scope
WHERE known.run_no < :run_no
    AND CASE subject_kind
        WHEN 'school' THEN on_day >= until_day - 420
        ELSE NOT EXISTS (
            SELECT 1 FROM watch_values AS newer
            WHERE newer.series_no = known.series_no AND newer.run_no > known.run_no AND newer.run_no < :run_no
                AND newer.on_day <= from_day
        )
    END
ORDER BY known.series_no, known.run_no
