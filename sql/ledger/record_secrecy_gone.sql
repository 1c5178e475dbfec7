UPDATE secrecy SET gone_run_no = :run_no
WHERE person_id = ? AND state = ? AND gone_run_no IS NULL
