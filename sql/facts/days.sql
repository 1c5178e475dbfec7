-- Grain: one calendar day from the start of the look-back to the reference date, with the number of days before it
-- that are not in July or August.
WITH days AS (
    SELECT unnest(generate_series($look_back_from, $reference_date, INTERVAL 1 DAY)) AS day_at
)

SELECT
    CAST(day_at AS DATE) AS day_on,
    count(*) FILTER (WHERE month(day_at) NOT IN (7, 8)) OVER (
        ORDER BY day_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS n_school_days_before
FROM days
