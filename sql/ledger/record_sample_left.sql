INSERT INTO sample_left (case_id, first_run_no)
VALUES (?, :run_no)
