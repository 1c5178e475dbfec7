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
    faulty.row_no IS NULL AS is_readable
FROM delivered_persons AS rows
LEFT JOIN stage_faulty_rows AS faulty ON rows.file = faulty.file AND rows.row_no = faulty.row_no
WHERE
    person_key IN (SELECT key_of(person_id) FROM _absence_known)
    OR (
        (suspension_reason IS NULL OR suspension_date > strftime(CAST($reference_date AS DATE), '%Y%m%d'))
        AND birth_date BETWEEN $duty_born_from_text AND $duty_born_until_text
        AND (
            person_key IN (SELECT key_of(person_id) FROM _absence_leavers)
            OR ($are_all_delivered AND hash(person_key) NOT IN (SELECT person_key FROM _absence_pupils))
        )
    )
