INSERT INTO secrecy (person_id, state, first_run_no)
VALUES (?, ?, :run_no)
