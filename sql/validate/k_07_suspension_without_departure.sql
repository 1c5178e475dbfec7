-- K-07: suspended for emigration without any departure row, or a departure as newest row without that suspension.
SELECT persons.file, persons.line, 'suspension_reason' AS column_name
FROM stage_persons AS persons
INNER JOIN stage_children AS children ON persons.person_id = children.person_id
WHERE
    persons.suspension_reason = 'E'
    AND NOT EXISTS (
        SELECT 1
        FROM stage_residences AS residences
        WHERE residences.person_id = persons.person_id AND residences.departure_date IS NOT NULL
    )

UNION

SELECT newest.file, newest.line, 'departure_date' AS column_name
FROM stage_residences AS newest
INNER JOIN stage_children AS children ON newest.person_id = children.person_id
INNER JOIN stage_persons AS persons ON newest.person_id = persons.person_id
WHERE
    newest.departure_date IS NOT NULL
    AND NOT newest.is_incorrect
    AND persons.suspension_reason IS NULL
    AND NOT EXISTS (
        SELECT 1
        FROM stage_residences AS newer
        WHERE newer.person_id = newest.person_id AND newer.seq < newest.seq AND NOT newer.is_incorrect
    )
