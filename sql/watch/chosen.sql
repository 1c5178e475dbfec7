-- Grain: one series of tonight that stands out, with what is usual of it.
SELECT series.*, bands.usual
FROM watch_series AS series
INNER JOIN watch_bands AS bands ON series.position = bands.position
WHERE list_contains($positions, series.position)
ORDER BY series.position
