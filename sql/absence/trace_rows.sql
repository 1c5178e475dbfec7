-- Grain: one exemption to add to the staged traces, as delivered; those of children who may have left are there already.
SELECT
    *,
    '.absence_traces' AS file,
    row_number() OVER (ORDER BY person_id, source_code, event_on, ended_on) AS line
FROM _absence_traces
WHERE person_id IN (SELECT person_id FROM stage_absent) AND NOT is_needed
