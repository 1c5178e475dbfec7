-- Grain: one row of traces that holds a faulty cell, or that is needed: of a child who may have left.
WITH hinted AS (
    SELECT
        * EXCLUDE (person_key),
        coalesce(person_key IN (SELECT person_key FROM _stage_candidates), false) AS is_needed
    FROM delivered_traces
)

SELECT hinted.*
FROM hinted
LEFT JOIN stage_faulty_rows AS faulty ON hinted.file = faulty.file AND hinted.row_no = faulty.row_no
WHERE hinted.is_needed OR faulty.is_faulty
