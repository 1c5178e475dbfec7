UPDATE sample_left SET gone_run_no = :run_no
WHERE case_id = ? AND gone_run_no IS NULL
