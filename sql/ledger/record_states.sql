INSERT INTO case_states (
    case_id, status, level, suppressor_code, municipality_code, is_sealed, last_sign_on, opened_on, reason,
    points, pieces, run_no
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, :run_no)
