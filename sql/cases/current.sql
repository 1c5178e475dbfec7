-- Grain: one case with evidence, in the status that it has now that earlier nights and decisions are known.
SELECT
    found.*,
    outcomes.status,
    outcomes.reason,
    outcomes.opened_on,
    outcomes.outcome_code,
    outcomes.decided_on,
    outcomes.status_before,
    outcomes.level_before,
    outcomes.suppressor_code_before
FROM cases_found AS found
INNER JOIN cases_numbers AS numbers ON found.departure_id = numbers.departure_id
INNER JOIN cases_outcomes AS outcomes ON numbers.case_id = outcomes.case_id
