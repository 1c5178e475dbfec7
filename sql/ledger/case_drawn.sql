SELECT runs.reference_date, draws.stratum
FROM control_draws AS draws INNER JOIN runs ON draws.run_no = runs.run_no
WHERE draws.case_id = ? AND NOT draws.is_sealed
    AND NOT coalesce((SELECT is_sealed FROM case_states WHERE case_id = draws.case_id ORDER BY run_no DESC LIMIT 1), 0)
