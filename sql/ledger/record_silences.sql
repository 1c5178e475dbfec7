INSERT INTO silences (case_id, source, since_on, first_run_no)
VALUES (?, ?, ?, :run_no)
