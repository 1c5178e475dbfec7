-- Grain: one calendar day from the start of the look-back to the reference date.
SELECT CAST(day_at AS DATE) AS day_on
FROM generate_series(CAST($look_back_from AS TIMESTAMP), CAST($reference_date AS TIMESTAMP), INTERVAL 1 DAY) AS days (day_at)
