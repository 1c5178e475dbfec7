UPDATE case_evidence SET facts = ?
WHERE case_id = ?
    AND rule_code = ?
    AND source = ?
    AND sign_key = ?
    AND first_run_no = :run_no
