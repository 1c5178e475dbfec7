-- Grain: one exemption to add to the staged traces; those of children who may have left are there already.
SELECT
    '.absence_traces' AS file,
    row_number() OVER (ORDER BY person_id, source_code, event_on, ended_on) AS line,
    person_id,
    kind,
    source_code,
    CAST(event_on AS DATE) AS event_on,
    CAST(ended_on AS DATE) AS ended_on
FROM _absence_traces
WHERE
    person_id IN (SELECT person_id FROM stage_absent)
    AND person_id NOT IN (SELECT person_id FROM stage_children)
