-- Grain: one exemption, from a declared source, of somebody who may be a child on no school list, and whether it can be typed. Its
-- ground is never read.
WITH unreadable AS (
    SELECT
        file,
        row_no,
        bool_or(column_name = 'event_on') AS is_day_unreadable
    FROM stage_faulty_cells
    WHERE reason_code <> 'retention_over'
    GROUP BY file, row_no
)

SELECT
    traces.person_id,
    traces.kind,
    traces.source_code,
    traces.event_on,
    traces.ended_on,
    unreadable.row_no IS NULL AS is_readable
FROM delivered_traces AS traces
INNER JOIN settings_trace_sources AS sources
    ON traces.source_code = sources.source_code AND traces.kind = sources.kind
LEFT JOIN unreadable ON traces.file = unreadable.file AND traces.row_no = unreadable.row_no
WHERE
    traces.kind = 'exemption'
    AND traces.person_key IN (SELECT key_of(person_id) FROM _absence_persons)
    AND (traces.event_on >= sources.retained_from_text OR unreadable.is_day_unreadable)
