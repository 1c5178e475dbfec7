-- Grain: one row of a person who is not in persons. An orphan can hide behind a collision of keys, less than once in a thousand
-- countries; no list depends on it. Rows are narrow on the way, since the database sets aside those that it cannot hold.
WITH others AS (
    SELECT CAST(file AS DELIVERED_FILE) AS file, row_no, hash(person_key) AS person_key FROM delivered_residences
    UNION ALL
    SELECT CAST(file AS DELIVERED_FILE) AS file, row_no, hash(person_key) AS person_key FROM delivered_enrolments
    UNION ALL
    SELECT CAST(file AS DELIVERED_FILE) AS file, row_no, hash(person_key) AS person_key FROM delivered_traces
)

SELECT
    files.table_name,
    files.file,
    others.row_no
FROM others
ANTI JOIN _stage_person_keys AS persons ON others.person_key = persons.person_key
INNER JOIN _stage_files AS files ON CAST(others.file AS VARCHAR) = files.file
