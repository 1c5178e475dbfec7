-- Grain: one row of a file of persons: a 64-bit key that shows who stands there twice and who is an orphan
-- elsewhere, and the whole row only where it is needed (children who may have left, and their parents).
SELECT
    $file_name AS file,
    persons.row_no,
    hash(persons.person_id) AS person_key,
    CASE
        WHEN needed.person_id IS NOT NULL THEN struct_pack(
            person_id := persons.person_id,
            birth_date := persons.birth_date,
            suspension_reason := persons.suspension_reason,
            suspension_date := persons.suspension_date,
            municipality_code := persons.municipality_code,
            parent1_id := persons.parent1_id,
            parent2_id := persons.parent2_id,
            is_confidential := persons.is_confidential
        )
    END AS needed_row
FROM delivered_persons AS persons
LEFT JOIN _stage_needed AS needed ON persons.person_id = needed.person_id
