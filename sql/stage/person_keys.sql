-- Grain: one row of persons: a 64-bit key that shows who may stand there twice, and who is an orphan elsewhere.
SELECT hash(person_id) AS person_key
FROM _stage_judged
WHERE fault IS NULL OR NOT starts_with(fault, 'person_id:')
