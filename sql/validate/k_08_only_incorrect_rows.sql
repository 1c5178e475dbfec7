-- K-08: only rows marked incorrect carry the departure; it is ignored.
SELECT incorrect.file, incorrect.line, 'is_incorrect' AS column_name
FROM stage_residences AS incorrect
INNER JOIN stage_children AS children ON incorrect.person_id = children.person_id
WHERE
    incorrect.departure_date IS NOT NULL
    AND incorrect.is_incorrect
    AND NOT EXISTS (
        SELECT 1
        FROM stage_residences AS correct
        WHERE
            correct.person_id = incorrect.person_id
            AND correct.departure_date = incorrect.departure_date
            AND NOT correct.is_incorrect
    )
