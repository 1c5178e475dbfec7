-- Grain: one exemption, from a declared source, of somebody who may be a child on no school list, and whether it can be typed. Its
-- ground is never read.
SELECT
    traces.person_id,
    traces.kind,
    traces.source_code,
    traces.event_on,
    traces.ended_on,
    coalesce(is_iso_date(traces.event_on) AND coalesce(is_iso_date(traces.ended_on), true), false) AS is_readable
FROM delivered_traces AS traces
INNER JOIN settings_trace_sources AS sources
    ON traces.source_code = sources.source_code AND traces.kind = sources.kind
WHERE
    traces.kind = 'exemption'
    AND traces.person_id IN (SELECT person_id FROM _absence_persons)
    AND coalesce(traces.event_on >= sources.retained_from_text OR NOT is_iso_date(traces.event_on), true)
