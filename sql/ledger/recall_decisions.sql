SELECT DISTINCT decisions.case_id, aliases.person_id, aliases.departure_date, decisions.outcome_code,
    decisions.decided_on, decisions.decision_no
FROM decisions INNER JOIN case_aliases AS aliases ON decisions.case_id = aliases.case_id
ORDER BY decisions.decision_no, aliases.person_id, aliases.departure_date
