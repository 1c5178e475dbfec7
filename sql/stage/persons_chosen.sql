-- Grain: one row of persons that is at fault, or of a child who may have left, as delivered.
SELECT
    $file_name AS file,
    row_no,
    fault,
    person_id,
    birth_date,
    suspension_reason,
    suspension_date,
    municipality_code,
    parent1_id,
    parent2_id,
    is_confidential
FROM _stage_judged
WHERE fault IS NOT NULL OR is_child
