-- Grain: one row of persons of somebody who may be a child on no school list, or of whom a case is not over. The bounds of
-- age are whole years, a little too wide: facts decide. Who is suspended for certain is no resident.
SELECT
    person_id,
    birth_date,
    suspension_reason,
    suspension_date,
    parent1_id,
    parent2_id,
    is_confidential,
    coalesce(
        is_id(person_id)
        AND is_register_date(birth_date)
        AND coalesce(suspension_reason IN ('O', 'E', 'M', 'R', 'F', 'W'), true)
        AND coalesce(is_register_date(suspension_date), true)
        AND is_code4(municipality_code)
        AND NOT is_bad_id(parent1_id, true)
        AND NOT is_bad_id(parent2_id, true)
        AND is_confidential IN ('0', '1'),
        false
    ) AS is_readable
FROM delivered_persons
WHERE
    person_id IN (SELECT person_id FROM _absence_known)
    OR (
        (suspension_reason IS NULL OR suspension_date > strftime(CAST($reference_date AS DATE), '%Y%m%d'))
        AND birth_date BETWEEN $duty_born_from_text AND $duty_born_until_text
        AND (
            person_id IN (SELECT person_id FROM _absence_leavers)
            OR ($are_all_delivered AND hash(person_id) NOT IN (SELECT person_key FROM _absence_pupils))
        )
    )
