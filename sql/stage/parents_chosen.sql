-- Grain: one row of persons, of a parent or of an id that may stand there twice: what context needs of the parents.
WITH hinted AS (
    SELECT
        file,
        row_no,
        person_id,
        suspension_reason,
        suspension_date,
        is_confidential,
        person_key IN (SELECT key_of(person_id) FROM _stage_parents) AS is_parent,
        hash(person_key) IN (SELECT person_key FROM _stage_repeated_keys) AS is_repeated
    FROM delivered_persons
)

SELECT *
FROM hinted
WHERE is_parent OR is_repeated
