-- Grain: one row of enrolments of a person who was withdrawn at some time, as delivered, and whether it can be typed.
SELECT
    person_id,
    school_id,
    education_type,
    enrolled_on,
    withdrawn_on,
    source,
    seen_on,
    faulty.row_no IS NULL AS is_readable
FROM delivered_enrolments AS rows
LEFT JOIN stage_faulty_rows AS faulty ON rows.file = faulty.file AND rows.row_no = faulty.row_no
WHERE person_key IN (SELECT key_of(person_id) FROM _absence_looked_at)
