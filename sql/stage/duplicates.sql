-- Grain: one row of a person who stands in persons more than once (K-05). Only rows whose first key is repeated are
-- looked at again; together the two keys hold 128 bits, as many as the id itself.
WITH repeated AS (
    SELECT file, row_no, person_key, second_key
    FROM _stage_person_keys
    WHERE person_key IN (SELECT person_key FROM _stage_person_keys GROUP BY person_key HAVING count(*) > 1)
)

SELECT repeated.file, repeated.row_no + shifts.shift AS line
FROM repeated
ASOF INNER JOIN stage_shifts AS shifts
    ON repeated.file = shifts.file AND repeated.row_no >= shifts.from_row
WHERE
    (repeated.person_key, repeated.second_key) IN (
        SELECT (person_key, second_key) FROM repeated GROUP BY person_key, second_key HAVING count(*) > 1
    )
