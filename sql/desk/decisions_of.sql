SELECT decision_no, outcome_code, reason_code, decided_on, name, decided_at, state, mark, second_name, ended_by, ended_at
FROM decisions WHERE case_id = :case_id ORDER BY decision_no
