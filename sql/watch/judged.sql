-- Grain: one series of tonight, with what detectors ask of it. What it is about is asked of codes alone.
SELECT
    check_name,
    value,
    n,
    unit,
    side,
    season,
    least_noise,
    noise_share,
    month(seen_on) AS month,
    CASE WHEN unit = 'code' THEN subject ELSE '' END AS subject
FROM watch_series
ORDER BY position
