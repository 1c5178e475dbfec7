-- Grain: one row of persons that may be a child who left: of an age that may be compulsory within the look-back, with a departure or a
-- suspension for emigration; or one of whom a case says so, whatever tonight's row tells.
SELECT file, row_no, person_key
FROM delivered_persons
WHERE
    (
        (birth_date = '00000000' OR birth_date BETWEEN $born_from_text AND $born_until_text)
        AND (
            person_key IN (SELECT person_key FROM _stage_departed)
            OR (suspension_reason = 'E' AND suspension_date BETWEEN $look_back_text AND $reference_text)
        )
    )
    OR person_key IN (SELECT key_of(person_id) FROM stage_expected)
