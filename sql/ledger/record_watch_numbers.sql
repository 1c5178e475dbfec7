INSERT OR REPLACE INTO watch_numbers (numbers, on_day, subject_no, run_no)
SELECT ?, CAST(julianday(?) - julianday('2000-01-01') AS INTEGER), subject_no, :run_no
FROM watch_subjects
WHERE subject_kind = ? AND subject = ? AND source = ? AND scope = (SELECT scope FROM runs WHERE run_no = :run_no)
