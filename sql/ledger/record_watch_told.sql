INSERT INTO watch_told (told, run_no)
VALUES (?, :run_no)
