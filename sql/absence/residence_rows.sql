-- Grain: one row of residences to add to the staged ones, as delivered.
SELECT
    * EXCLUDE (file),
    '.absence_residences' AS file,
    row_number() OVER (ORDER BY person_id, seq, address_from, departure_date, recorded_on, valid_from, municipality_code) AS line
FROM stage_absence_residences
WHERE person_id IN (SELECT person_id FROM stage_absent) AND NOT is_needed
