SELECT cases.case_id, cases.kind, states.municipality_code, states.is_sealed, first_runs.reference_date
FROM cases
INNER JOIN runs AS first_runs ON cases.first_run_no = first_runs.run_no
INNER JOIN case_states AS states ON cases.case_id = states.case_id
WHERE states.run_no = (SELECT max(run_no) FROM case_states WHERE case_id = cases.case_id)
UNION ALL
SELECT draws.case_id, 'departure' AS kind, draws.municipality_code, draws.is_sealed, runs.reference_date
FROM control_draws AS draws INNER JOIN runs ON draws.run_no = runs.run_no
WHERE draws.case_id NOT IN (SELECT case_id FROM case_states)
