-- Grain: one declared trace source of which no row was accepted tonight. `has_spoken`: an earlier delivery of the same scope held
-- some, so that this is a silence and no beginning.
SELECT
    sources.source_code,
    sources.kind,
    spoken.source_code IS NOT NULL AS has_spoken
FROM settings_trace_sources AS sources
LEFT JOIN recall_sources AS spoken ON sources.source_code = spoken.source_code AND sources.kind = spoken.kind
WHERE
    NOT EXISTS (
        SELECT 1
        FROM watch_sign_days AS days
        WHERE days.source_code = sources.source_code AND days.kind = sources.kind
    )
