-- Grain: one child of a case whose row in persons was set aside and says, or may say, that the child is under secrecy.
SELECT DISTINCT person_id
FROM valid_set_aside
WHERE kind = 'secrecy'
