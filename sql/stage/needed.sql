-- Grain: one person whose rows are needed: a child who may have left, or a parent of one.
WITH children AS (
    SELECT unnest(children) AS child FROM _stage_persons_scan
)

SELECT child.person_id AS person_id FROM children
UNION
SELECT child.parent1_id AS person_id FROM children WHERE child.parent1_id IS NOT NULL
UNION
SELECT child.parent2_id AS person_id FROM children WHERE child.parent2_id IS NOT NULL
