-- K-06: a departure of which no row says which municipality it was from: reported, on no list.
SELECT departures.file, departures.line, 'municipality_code' AS column_name
FROM stage_residences AS departures
INNER JOIN stage_children AS children ON departures.person_id = children.person_id
WHERE
    departures.departure_date IS NOT NULL
    AND NOT departures.is_incorrect
    AND departures.municipality_code IN ('1999', '0000')
    AND NOT EXISTS (
        SELECT 1
        FROM stage_residences AS older
        WHERE
            older.person_id = departures.person_id
            AND older.seq > departures.seq
            AND NOT older.is_incorrect
            AND older.municipality_code NOT IN ('1999', '0000')
    )
