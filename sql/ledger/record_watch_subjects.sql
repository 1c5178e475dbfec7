INSERT OR IGNORE INTO watch_subjects (subject_kind, subject, source, scope)
SELECT ?, ?, ?, scope FROM runs WHERE run_no = :run_no
