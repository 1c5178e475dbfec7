UPDATE inquiries SET gone_run_no = :run_no
WHERE person_id = ? AND gone_run_no IS NULL
