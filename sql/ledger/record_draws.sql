INSERT INTO control_draws (case_id, municipality_code, is_sealed, n_drawn, n_frame, stratum, run_no)
VALUES (?, ?, ?, ?, ?, ?, :run_no)
