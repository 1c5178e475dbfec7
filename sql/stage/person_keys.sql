-- Grain: one row of a file of persons: a 64-bit key that shows who stands there twice and who is an orphan elsewhere.
-- A second key, over all but the first character, tells a person twice from two persons whose keys collide.
-- The few columns that context needs of a parent are kept for parents only.
SELECT
    $file_name AS file,
    row_no,
    hash(person_id) AS person_key,
    hash(substr(person_id, 2)) AS second_key,
    CASE
        WHEN person_id IN (SELECT person_id FROM _stage_parents) THEN struct_pack(
            person_id := person_id,
            suspension_reason := suspension_reason,
            suspension_date := suspension_date,
            is_confidential := is_confidential
        )
    END AS parent
FROM delivered_persons
