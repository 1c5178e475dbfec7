-- Grain: one series of tonight, with what detectors ask of it.
SELECT
    subject_kind,
    subject,
    source,
    measure,
    check_name,
    value,
    n,
    unit,
    side,
    season,
    least_noise,
    noise_share,
    month(seen_on) AS month
FROM watch_series
ORDER BY position
