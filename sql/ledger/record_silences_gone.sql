UPDATE silences SET gone_run_no = :run_no
WHERE case_id = ? AND source = ? AND gone_run_no IS NULL
