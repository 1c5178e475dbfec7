-- Grain: one needed row of persons as delivered: children, and what context needs of their parents. Faulty rows of
-- parents are left to the quarantine.
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
    keys.file,
    keys.row_no,
    keys.parent.person_id,
    NULL AS birth_date,
    keys.parent.suspension_reason,
    keys.parent.suspension_date,
    NULL AS parent1_id,
    NULL AS parent2_id,
    keys.parent.is_confidential
FROM _stage_person_keys AS keys
WHERE
    keys.parent IS NOT NULL
    AND NOT EXISTS (
        SELECT 1
        FROM _stage_faulty_persons AS faulty
        WHERE faulty.file = keys.file AND faulty.row_no = keys.row_no
    )
