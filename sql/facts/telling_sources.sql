-- Grain: one source of traces that told of somebody, with the newest event that it told of by the reference date.
SELECT
    source_code,
    kind,
    max(CAST(event_on AS DATE)) AS last_on
FROM watch_sign_days
WHERE CAST(event_on AS DATE) <= $reference_date
GROUP BY source_code, kind
