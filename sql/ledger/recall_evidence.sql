SELECT case_id, rule_code, source, sign_key, event_on, is_context,
    gone_run_no IS NULL OR gone_run_no >= :run_no AS is_open, runs.reference_date, facts
FROM case_evidence INNER JOIN runs ON case_evidence.first_run_no = runs.run_no WHERE first_run_no < :run_no
ORDER BY case_id, rule_code, source, sign_key, first_run_no
