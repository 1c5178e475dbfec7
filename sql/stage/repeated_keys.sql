-- Grain: one key that occurs more than once: a repeated person, or two persons whose keys collide.
SELECT person_key
FROM _stage_person_keys
GROUP BY person_key
HAVING count(*) > 1
