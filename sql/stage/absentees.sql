-- Grain: one row of persons of somebody who may be a child on no school list, or of whom a case is not over, and whether any list held
-- it. The bounds of age are whole years, a little too wide: facts decide. Who is suspended for certain is no resident. Doubt protects:
-- who stands in persons twice is left out, and two persons with one key hide a child, never show one.
SELECT
    persons.file,
    persons.row_no,
    persons.person_key,
    pupils.person_key IS NOT NULL AS is_listed
FROM delivered_persons AS persons
LEFT JOIN _stage_pupils AS pupils ON persons.person_key = pupils.person_key
WHERE
    hash(persons.person_key) NOT IN (SELECT person_key FROM _stage_repeated_keys)
    AND (
        persons.person_key IN (SELECT key_of(person_id) FROM stage_expected_absences)
        OR (
            (persons.suspension_reason IS NULL OR persons.suspension_date > strftime(CAST($reference_date AS DATE), '%Y%m%d'))
            AND persons.birth_date BETWEEN $duty_born_from_text AND $duty_born_until_text
            AND coalesce(pupils.may_have_left, (SELECT bool_and(is_delivered) FROM stage_declared_schools))
        )
    )
