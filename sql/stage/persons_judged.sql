-- Every row of one file of persons, judged: the first column at fault, and whether it is a child who may have left: of an
-- age that may be compulsory within the look-back, with a departure or a suspension for emigration; or one of whom a case says so,
-- whatever tonight's row tells.
WITH hinted AS (
    SELECT
        *,
        (birth_date = '00000000' OR birth_date BETWEEN $born_from_text AND $born_until_text)
        AND (
            has_left
            OR person_id IN (SELECT person_id FROM _stage_departed)
            OR (suspension_reason = 'E' AND suspension_date BETWEEN $look_back_text AND $reference_text)
        )
        OR person_id IN (SELECT person_id FROM stage_expected) AS is_child
    FROM delivered_persons
)

SELECT
    *,
    CASE
        WHEN person_id IS NULL THEN 'person_id:value_missing'
        WHEN NOT is_id(person_id) THEN 'person_id:' || id_fault(person_id)
        WHEN birth_date IS NULL THEN 'birth_date:value_missing'
        WHEN NOT is_register_date(birth_date) THEN 'birth_date:' || date_fault(birth_date)
        WHEN suspension_reason NOT IN ('O', 'E', 'M', 'R', 'F', 'W') THEN 'suspension_reason:code_unknown'
        WHEN NOT is_register_date(suspension_date) THEN 'suspension_date:' || date_fault(suspension_date)
        WHEN NOT coalesce(is_code4(municipality_code), false) THEN 'municipality_code:code_unknown'
        WHEN is_bad_id(parent1_id, is_child) THEN 'parent1_id:' || id_fault(parent1_id)
        WHEN is_bad_id(parent2_id, is_child) THEN 'parent2_id:' || id_fault(parent2_id)
        WHEN coalesce(is_confidential, '') NOT IN ('0', '1') THEN 'is_confidential:code_unknown'
    END AS fault
FROM hinted
