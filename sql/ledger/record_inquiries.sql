INSERT INTO inquiries (person_id, first_seen_on, first_run_no)
VALUES (?, ?, :run_no)
