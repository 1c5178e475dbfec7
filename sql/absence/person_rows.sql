-- Grain: one person to add to the staged ones, as delivered. No delivered file can have this name.
SELECT
    * EXCLUDE (file),
    '.absence_persons' AS file,
    row_number() OVER (ORDER BY person_id) AS line
FROM stage_absence_persons
WHERE
    person_id IN (SELECT person_id FROM stage_absent)
    AND person_id NOT IN (SELECT person_id FROM stage_persons)
