-- Grain: one row of a parent as delivered, the columns that context needs. Faulty rows are left to the quarantine.
WITH parents AS (
    SELECT file, unnest(parents, recursive := true) FROM _stage_parents_scan
)

SELECT parents.*
FROM parents
WHERE
    NOT EXISTS (
        SELECT 1
        FROM _stage_faulty_persons AS faulty
        WHERE faulty.file = parents.file AND faulty.row_no = parents.row_no
    )
