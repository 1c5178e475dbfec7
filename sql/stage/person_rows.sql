-- Grain: one needed row of persons as delivered: children, and what context needs of their parents.
SELECT
    file,
    row_no,
    person_id,
    birth_date,
    suspension_reason,
    suspension_date,
    parent1_id,
    parent2_id,
    is_confidential
FROM _stage_child_rows

UNION ALL

SELECT
    file,
    row_no,
    person_id,
    NULL AS birth_date,
    suspension_reason,
    suspension_date,
    NULL AS parent1_id,
    NULL AS parent2_id,
    is_confidential
FROM _stage_parent_rows
