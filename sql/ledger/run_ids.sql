SELECT run_id FROM runs ORDER BY run_no
