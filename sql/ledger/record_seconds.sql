INSERT INTO run_durations VALUES (?, ?)
