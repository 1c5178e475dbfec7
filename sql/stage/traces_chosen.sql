-- Grain: one row of traces that is at fault, or of a child who may have left, as delivered.
SELECT
    $file_name AS file,
    row_no,
    fault,
    person_id,
    kind,
    source_code,
    event_on,
    ended_on
FROM _stage_judged
WHERE fault IS NOT NULL OR is_needed
