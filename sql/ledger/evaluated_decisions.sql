SELECT case_id, outcome_code, decided_on FROM decisions ORDER BY decision_no
