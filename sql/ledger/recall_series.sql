SELECT subject_kind, subject, source, measure, run_no, date('2000-01-01', on_day || ' days') AS on_day, value
FROM watch_values INNER JOIN watch_series ON watch_values.series_no = watch_series.series_no
WHERE run_no < :run_no ORDER BY watch_values.series_no, run_no
