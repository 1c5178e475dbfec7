-- Every row of one file of traces, judged (also against the declared sources and their retention): the first column at
-- fault, and whether it is of a child who may have left.
WITH hinted AS (
    SELECT
        *,
        person_id IN (SELECT person_id FROM stage_children) AS is_needed
    FROM delivered_traces
)

SELECT
    traces.*,
    CASE
        WHEN traces.person_id IS NULL THEN 'person_id:value_missing'
        WHEN CASE WHEN traces.is_known THEN false ELSE NOT is_id(traces.person_id) END
            THEN 'person_id:' || id_fault(traces.person_id)
        WHEN
            coalesce(traces.kind, '') NOT IN (
                'absence_report', 'school_result', 'exemption', 'leave', 'tmv_report', 'municipal_provision'
            )
            THEN 'kind:code_unknown'
        WHEN NOT coalesce(regexp_full_match(traces.source_code, '[A-Za-z0-9._-]{1,64}'), false)
            THEN 'source_code:code_unknown'
        WHEN traces.event_on IS NULL THEN 'event_on:value_missing'
        WHEN NOT is_iso_date(traces.event_on) THEN 'event_on:' || date_fault(traces.event_on)
        WHEN NOT is_iso_date(traces.ended_on) THEN 'ended_on:' || date_fault(traces.ended_on)
        WHEN sources.source_code IS NULL THEN 'source_code:source_not_declared'
        WHEN traces.event_on < sources.retained_from_text THEN 'event_on:retention_over'
    END AS fault
FROM hinted AS traces
LEFT JOIN settings_trace_sources AS sources
    ON traces.source_code = sources.source_code AND traces.kind = sources.kind
