-- Grain: one row of persons whose 64-bit key occurs more than once: a repeated person, or two keys that collide.
SELECT file, row_no
FROM _stage_person_keys
WHERE
    person_key IN (SELECT person_key FROM _stage_person_keys GROUP BY person_key HAVING count(*) > 1)
