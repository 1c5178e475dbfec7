-- Grain: one person whose residences are needed: a child who may have left, or a parent of one.
SELECT person_id FROM stage_children
UNION ALL
SELECT person_id FROM _stage_parents
