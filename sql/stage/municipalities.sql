-- Grain: one municipality that persons are delivered of.
SELECT DISTINCT municipality_code
FROM _stage_persons_counts
WHERE municipality_code IS NOT NULL
