-- Grain: one absence that is a case, in the status that it has now that earlier nights and decisions are known.
SELECT
    found.*,
    numbers.case_id,
    outcomes.status,
    outcomes.reason,
    outcomes.opened_on,
    outcomes.outcome_code,
    outcomes.decided_on
FROM cases_absences_found AS found
INNER JOIN cases_absence_numbers AS numbers ON found.absence_id = numbers.absence_id
INNER JOIN cases_outcomes AS outcomes ON numbers.case_id = outcomes.case_id
