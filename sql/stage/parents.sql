-- Grain: one parent of a child who may have left, who is not such a child as well.
WITH parents AS (
    SELECT parent1_id AS person_id FROM _stage_child_rows WHERE parent1_id IS NOT NULL
    UNION
    SELECT parent2_id AS person_id FROM _stage_child_rows WHERE parent2_id IS NOT NULL
)

SELECT person_id
FROM parents
WHERE person_id NOT IN (SELECT person_id FROM stage_children)
