INSERT OR IGNORE INTO case_families (case_id, family_mark, run_no)
VALUES (?, ?, :run_no)
