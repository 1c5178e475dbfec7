INSERT INTO case_aliases (person_id, departure_date, case_id, run_no)
VALUES (?, ?, ?, :run_no)
