-- Grain: one row of a parent as delivered, the columns that context needs. Rows at fault are left to the quarantine.
SELECT *
FROM _stage_parents_chosen
WHERE
    is_parent
    AND (file, row_no) NOT IN (SELECT (file, row_no) FROM _stage_persons_chosen WHERE fault IS NOT NULL)
