INSERT OR IGNORE INTO watch_series (subject_kind, subject, source, measure)
VALUES (?, ?, ?, ?)
