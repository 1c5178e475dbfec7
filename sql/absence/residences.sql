-- Grain: one row of residences of somebody who may be a child on no school list, as delivered, and whether it can be typed.
SELECT
    rows.* EXCLUDE (file, row_no, person_key),
    faulty.row_no IS NULL AS is_readable
FROM delivered_residences AS rows
LEFT JOIN stage_faulty_rows AS faulty ON rows.file = faulty.file AND rows.row_no = faulty.row_no
WHERE person_key IN (SELECT key_of(person_id) FROM _absence_persons)
