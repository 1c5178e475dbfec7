-- Grain: one row of a person who stands in persons more than once (K-05).
SELECT repeated.file, repeated.row_no + shifts.shift AS line, repeated.person_id
FROM _stage_repeated_ids AS repeated
ASOF INNER JOIN stage_shifts AS shifts
    ON repeated.file = shifts.file AND repeated.row_no >= shifts.from_row
WHERE
    repeated.person_id IN (SELECT person_id FROM _stage_repeated_ids GROUP BY person_id HAVING count(*) > 1)
