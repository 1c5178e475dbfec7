UPDATE case_evidence SET gone_run_no = :run_no
WHERE case_id = ?
    AND rule_code = ?
    AND source = ?
    AND sign_key = ?
    AND gone_run_no IS NULL
