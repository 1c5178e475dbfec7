-- Grain: one row of a child who may have left, as delivered.
SELECT *
FROM _stage_persons_chosen
WHERE fault IS NULL AND is_needed
