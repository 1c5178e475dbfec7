INSERT OR IGNORE INTO cases (case_id, kind, first_run_no)
VALUES (?, ?, :run_no)
