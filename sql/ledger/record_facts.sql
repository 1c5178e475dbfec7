INSERT INTO case_facts (case_id, facts, run_no)
VALUES (?, ?, :run_no)
