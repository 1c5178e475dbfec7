-- Grain: one person to add to the staged ones, typed. No delivered file can have this name.
SELECT
    '.absence_persons' AS file,
    row_number() OVER (ORDER BY person_id) AS line,
    person_id,
    earliest_on(birth_date) AS birth_earliest_on,
    latest_on(birth_date) AS birth_latest_on,
    suspension_reason,
    earliest_on(suspension_date) AS suspension_earliest_on,
    latest_on(suspension_date) AS suspension_latest_on,
    parent1_id,
    parent2_id,
    is_confidential = '1' AS is_confidential
FROM _absence_persons
WHERE
    person_id IN (SELECT person_id FROM stage_absent)
    AND person_id NOT IN (SELECT person_id FROM stage_persons)
