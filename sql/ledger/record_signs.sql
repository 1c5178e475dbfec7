INSERT INTO case_evidence (case_id, rule_code, source, sign_key, event_on, is_context, first_run_no)
VALUES (?, ?, ?, ?, ?, ?, :run_no)
