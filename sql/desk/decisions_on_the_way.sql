SELECT decision_no, case_id, outcome_code, reason_code, decided_on, name, decided_at, seen, mark, state
FROM decisions WHERE state IN ('waiting', 'undoing') ORDER BY decision_no
