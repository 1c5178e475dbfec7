SELECT case_id, person_id, departure_date FROM case_aliases ORDER BY run_no, departure_date
