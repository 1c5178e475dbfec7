-- Grain: one row of a person who stands in persons more than once (K-05); of rows with equal keys, those with equal ids.
WITH repeated AS (
    SELECT file, row_no, person_id FROM _stage_parents_chosen WHERE is_repeated
)

SELECT repeated.file, repeated.row_no + shifts.shift AS line
FROM repeated
ASOF INNER JOIN stage_shifts AS shifts
    ON repeated.file = shifts.file AND repeated.row_no >= shifts.from_row
WHERE
    repeated.person_id IN (SELECT person_id FROM repeated GROUP BY person_id HAVING count(*) > 1)
