SELECT case_id, source, since_on FROM silences
WHERE first_run_no < :run_no AND (gone_run_no IS NULL OR gone_run_no >= :run_no) ORDER BY case_id, source
