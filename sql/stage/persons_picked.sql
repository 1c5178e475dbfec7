-- Grain: one row of persons that holds a faulty cell, or that is needed: of a child who may have left, of an age that may be
-- compulsory within the look-back, with a departure or a suspension for emigration; or one of whom a case says so, whatever
-- tonight's row tells.
WITH hinted AS (
    SELECT
        * EXCLUDE (person_key),
        coalesce(
            (
                (birth_date = '00000000' OR birth_date BETWEEN $born_from_text AND $born_until_text)
                AND (
                    person_key IN (SELECT person_key FROM _stage_departed)
                    OR (suspension_reason = 'E' AND suspension_date BETWEEN $look_back_text AND $reference_text)
                )
            )
            OR person_key IN (SELECT key_of(person_id) FROM stage_expected),
            false
        ) AS is_needed
    FROM delivered_persons
)

SELECT hinted.*
FROM hinted
LEFT JOIN stage_faulty_rows AS faulty ON hinted.file = faulty.file AND hinted.row_no = faulty.row_no
WHERE hinted.is_needed OR faulty.is_faulty
