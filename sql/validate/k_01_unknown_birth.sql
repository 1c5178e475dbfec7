-- K-01: a child who may have left, but whose birth date is unknown or after the departure: no window, no case.
SELECT persons.file, persons.line, 'birth_date' AS column_name
FROM stage_persons AS persons
INNER JOIN stage_children AS children ON persons.person_id = children.person_id
WHERE
    persons.birth_earliest_on = DATE '0001-01-01'
    OR EXISTS (
        SELECT 1
        FROM stage_residences AS residences
        WHERE
            residences.person_id = persons.person_id
            AND NOT residences.is_incorrect
            AND residences.departure_latest_on < persons.birth_earliest_on
    )
