-- Grain: one needed row of persons as delivered; faulty rows are left to the quarantine.
SELECT keys.file, keys.row_no, unnest(keys.needed_row)
FROM _stage_person_keys AS keys
WHERE
    keys.needed_row IS NOT NULL
    AND NOT EXISTS (
        SELECT 1
        FROM _stage_faulty_rows AS faulty
        WHERE faulty.file = keys.file AND faulty.row_no = keys.row_no
    )
