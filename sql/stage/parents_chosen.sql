-- Grain: one row of persons, of a parent or of an id that may stand there twice: what context needs of the parents.
WITH hinted AS (
    SELECT
        row_no,
        person_id,
        suspension_reason,
        suspension_date,
        is_confidential,
        person_id IN (SELECT person_id FROM _stage_parents) AS is_parent,
        hash(person_id) IN (SELECT person_key FROM _stage_repeated_keys) AS is_repeated
    FROM delivered_persons
)

SELECT
    $file_name AS file,
    *
FROM hinted
WHERE is_parent OR is_repeated
