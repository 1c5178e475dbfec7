-- Grain: one person of tonight's delivery who may be of compulsory age, or of whom the memory holds a school list. The
-- bounds are whole years, a little too wide.
SELECT
    person_id,
    coalesce(birth_date BETWEEN $born_from_text AND $born_until_text, false) AS is_young
FROM delivered_persons
WHERE
    is_id(person_id)
    AND (
        birth_date BETWEEN $born_from_text AND $born_until_text
        OR person_id IN (SELECT person_id FROM memory_earlier)
    )
