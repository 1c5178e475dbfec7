-- Grain: one row of persons that holds a faulty cell, or that is needed: of a child who may have left, or of one who may be on no
-- school list.
SELECT
    persons.* EXCLUDE (person_key),
    hinted.row_no IS NOT NULL AS is_needed,
    absentees.row_no IS NOT NULL AS may_be_absent,
    absentees.is_listed,
    faulty.is_faulty
FROM delivered_persons AS persons
LEFT JOIN _stage_hinted AS hinted ON persons.file = hinted.file AND persons.row_no = hinted.row_no
LEFT JOIN _stage_absentees AS absentees ON persons.file = absentees.file AND persons.row_no = absentees.row_no
LEFT JOIN stage_faulty_rows AS faulty ON persons.file = faulty.file AND persons.row_no = faulty.row_no
WHERE hinted.row_no IS NOT NULL OR absentees.row_no IS NOT NULL OR faulty.is_faulty
