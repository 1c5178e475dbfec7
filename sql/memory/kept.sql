-- Grain: one person of whom older school lists are remembered too: a child who may have left, or one on no list any more, of whom
-- the list that told of the withdrawal is the only trace.
SELECT key_of(person_id) AS person_key FROM stage_children
UNION
SELECT key_of(person_id) AS person_key FROM stage_absent
