SELECT runs.reference_date, states.status, states.level, states.suppressor_code, states.reason, states.is_sealed
FROM case_states AS states INNER JOIN runs ON states.run_no = runs.run_no
WHERE states.case_id = ?
ORDER BY states.run_no
