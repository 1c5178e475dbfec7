-- Grain: one child of an absence case that is not resolved: what became of it tonight must be known.
SELECT DISTINCT person_id
FROM recall_cases
WHERE kind = 'absence' AND status <> 'resolved'
