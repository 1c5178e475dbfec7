-- Grain: one row of persons that holds a faulty cell, or that is needed: of a child who may have left.
SELECT
    persons.* EXCLUDE (person_key),
    hinted.row_no IS NOT NULL AS is_needed
FROM delivered_persons AS persons
LEFT JOIN _stage_hinted AS hinted ON persons.file = hinted.file AND persons.row_no = hinted.row_no
LEFT JOIN stage_faulty_rows AS faulty ON persons.file = faulty.file AND persons.row_no = faulty.row_no
WHERE hinted.row_no IS NOT NULL OR faulty.is_faulty
