-- Grain: one exemption, from a declared source, of somebody who may be a child on no school list, and whether it can be typed. Its
-- ground is never read.
SELECT
    traces.* EXCLUDE (file),
    traces.fault IS NULL AS is_readable
FROM stage_absence_traces AS traces
INNER JOIN settings_trace_sources AS sources
    ON traces.source_code = sources.source_code AND traces.kind = sources.kind
WHERE
    traces.kind = 'exemption'
    AND (
        traces.event_on >= sources.retained_from_text
        OR (split_part(traces.fault, ':', 1) = 'event_on' AND traces.fault <> 'event_on:retention_over')
    )
