-- A second, narrow look at one file of persons: what context needs of the parents, and the ids behind repeated keys.
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
    list(struct_pack(row_no := row_no, person_id := person_id)) FILTER (WHERE is_repeated) AS repeated,
    list(
        struct_pack(
            row_no := row_no,
            person_id := person_id,
            suspension_reason := suspension_reason,
            suspension_date := suspension_date,
            is_confidential := is_confidential
        )
    ) FILTER (WHERE is_parent) AS parents
FROM hinted
