-- Grain: one child of a departure case that rests on a sign: what became of it tonight must be known, so its rows are needed.
SELECT DISTINCT cases.person_id
FROM recall_cases AS cases
INNER JOIN recall_evidence AS evidence ON cases.case_id = evidence.case_id
WHERE cases.kind = 'departure' AND evidence.is_open
