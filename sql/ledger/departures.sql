SELECT cases.case_id,
    -- An absence may begin long before anybody asks; what counts is when something last changed.
    CASE cases.kind WHEN 'departure' THEN aliases.departure_date ELSE (
        SELECT max(seen.reference_date) FROM case_states INNER JOIN runs AS seen USING (run_no)
        WHERE case_states.case_id = cases.case_id
    ) END,
    runs.reference_date,
    coalesce(
        (SELECT status FROM case_states WHERE case_id = cases.case_id ORDER BY run_no DESC LIMIT 1),
        (SELECT 'drawn' FROM control_draws WHERE case_id = cases.case_id),
        'undecided'
)
FROM cases
INNER JOIN runs ON cases.first_run_no = runs.run_no
LEFT JOIN case_aliases AS aliases ON cases.case_id = aliases.case_id
WHERE cases.case_id NOT IN (SELECT case_id FROM decisions WHERE decided_on >= :decided_before)
