-- K-01: a child who may have left, but whose birth date is unknown, stands for none, or lies ahead or after the departure: no
-- window, no case. People were born on days that stand for none too, but no child is.
SELECT persons.file, persons.line, 'birth_date' AS column_name
FROM stage_persons AS persons
INNER JOIN stage_children AS children ON persons.person_id = children.person_id
WHERE
    persons.birth_earliest_on = DATE '0001-01-01'
    OR persons.birth_latest_on IN (DATE '1899-12-30', DATE '1899-12-31', DATE '1900-01-01', DATE '1970-01-01')
    OR persons.birth_earliest_on > $reference_date
    OR EXISTS (
        SELECT 1
        FROM stage_residences AS residences
        WHERE
            residences.person_id = persons.person_id
            AND NOT residences.is_incorrect
            AND residences.departure_latest_on < persons.birth_earliest_on
    )
