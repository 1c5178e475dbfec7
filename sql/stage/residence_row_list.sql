-- Grain: one needed row of residences as delivered; faulty rows are left to the quarantine.
WITH kept AS (
    SELECT file, unnest(kept, recursive := true) FROM _stage_residence_row_lists
)

SELECT kept.*
FROM kept
WHERE
    NOT EXISTS (
        SELECT 1
        FROM _stage_faulty_rows AS faulty
        WHERE faulty.file = kept.file AND faulty.row_no = kept.row_no
    )
