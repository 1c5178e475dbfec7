-- Grain: one person of tonight's delivery who may be of compulsory age, or of whom the memory holds a school list. The
-- bounds are whole years, a little too wide. A birth date that cannot be read says nothing about who is too old.
SELECT
    person_id,
    CASE
        WHEN birth_date IS NULL OR NOT is_register_date(birth_date) THEN true
        ELSE birth_date BETWEEN $born_from_text AND $born_until_text
    END AS is_young
FROM delivered_persons
WHERE
    is_id(person_id)
    AND (
        birth_date IS NULL
        OR NOT is_register_date(birth_date)
        OR birth_date BETWEEN $born_from_text AND $born_until_text
        OR person_id IN (SELECT person_id FROM memory_earlier)
    )
