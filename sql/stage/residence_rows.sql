-- Grain: one needed row of residences, as delivered.
SELECT * EXCLUDE (fault)
FROM _stage_residences_chosen
WHERE fault IS NULL
