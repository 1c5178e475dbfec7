-- Grain: one child of an absence case that is not resolved: a row of it that does not count is silence.
SELECT DISTINCT person_id
FROM recall_cases
WHERE kind = 'absence' AND status <> 'resolved'
