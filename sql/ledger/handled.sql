-- Which cases people decided on since a day, one row a case and day; those of children under secrecy are left out.
SELECT DISTINCT decisions.decided_on, states.municipality_code, decisions.case_id
FROM decisions
INNER JOIN case_states AS states ON decisions.case_id = states.case_id
WHERE decisions.decided_on >= ? AND NOT states.is_sealed
    AND states.run_no = (SELECT max(run_no) FROM case_states WHERE case_id = decisions.case_id)
