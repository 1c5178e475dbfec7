-- Grain: one series of tonight that stands out, or of which an alarm stands, with what is usual of it.
SELECT series.*, bands.usual
FROM watch_series AS series
INNER JOIN watch_bands AS bands ON series.position = bands.position
WHERE
    list_contains($positions, series.position)
    OR (series.subject_kind, series.subject, series.source, series.measure) IN (
        SELECT (subject_kind, subject, source, measure) FROM recall_alarms
        WHERE is_open
    )
ORDER BY series.position
