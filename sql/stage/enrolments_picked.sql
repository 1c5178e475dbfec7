-- Grain: one row of enrolments that holds a faulty cell, or that is needed: of a child who may have left, or of one
-- who may be on no school list.
WITH hinted AS (
    SELECT
        * EXCLUDE (person_key),
        coalesce(person_id IN (SELECT person_id FROM stage_children), false) AS is_needed,
        coalesce(person_id IN (SELECT person_id FROM stage_absence_persons), false) AS may_be_absent
    FROM delivered_enrolments
)

SELECT hinted.*, faulty.is_faulty
FROM hinted
LEFT JOIN stage_faulty_rows AS faulty ON hinted.file = faulty.file AND hinted.row_no = faulty.row_no
WHERE hinted.is_needed OR hinted.may_be_absent OR faulty.is_faulty
