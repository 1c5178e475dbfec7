-- Grain: one person who may be a child who left, by what any row of the person says: of an age that may be compulsory within the
-- look-back, with a departure or a suspension for emigration; or of whom a case says so. Too wide: rows are looked at afterwards.
SELECT person_key
FROM delivered_persons
WHERE
    (birth_date = '00000000' OR birth_date BETWEEN $born_from_text AND $born_until_text)
    AND (
        person_key IN (SELECT person_key FROM _stage_departed)
        OR (suspension_reason = 'E' AND suspension_date BETWEEN $look_back_text AND $reference_text)
    )

UNION ALL

SELECT key_of(person_id) AS person_key FROM stage_expected
