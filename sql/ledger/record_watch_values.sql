INSERT OR REPLACE INTO watch_values (value, on_day, series_no, run_no)
SELECT ?, CAST(julianday(?) - julianday('2000-01-01') AS INTEGER), series_no, :run_no
FROM watch_series
WHERE subject_kind = ? AND subject = ? AND source = ? AND measure = ?
    AND scope = (SELECT scope FROM runs WHERE run_no = :run_no)
