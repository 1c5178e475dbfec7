-- Grain: one row of persons: a 64-bit key that shows who may stand there twice, and who is an orphan elsewhere.
SELECT unnest(person_keys) AS person_key
FROM _stage_persons_scan
