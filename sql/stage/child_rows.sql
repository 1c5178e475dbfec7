-- Grain: one row of a child who may have left, as delivered.
SELECT * EXCLUDE (fault)
FROM _stage_persons_chosen
WHERE fault IS NULL
