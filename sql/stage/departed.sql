-- Grain: one person with a departure that may lie within the look-back.
SELECT DISTINCT unnest(departed) AS person_id FROM _stage_residences_scan
