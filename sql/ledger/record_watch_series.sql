INSERT OR IGNORE INTO watch_series (subject_kind, subject, source, measure, scope)
SELECT ?, ?, ?, ?, scope FROM runs WHERE run_no = :run_no
