-- Grain: one row of a parent as delivered, the columns that context needs. Rows at fault are left to the quarantine.
SELECT
    file,
    row_no,
    person_id,
    suspension_reason,
    suspension_date,
    is_confidential
FROM _stage_parents_chosen
WHERE
    is_parent
    AND (file, row_no) NOT IN (SELECT (file, row_no) FROM _stage_persons_chosen WHERE fault IS NOT NULL)
