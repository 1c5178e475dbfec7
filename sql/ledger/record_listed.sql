INSERT INTO run_figures VALUES (?, ?)
