-- S-01 Grensleerling: people decided earlier that the child lives over the border and goes to school here.
-- Holds for every departure of the child, for as long as the decision does. No automatic test exists, on purpose.
SELECT departures.departure_id
FROM facts_departures_in_view AS departures
INNER JOIN recall_decisions AS decisions ON departures.person_id = decisions.person_id
INNER JOIN cases_terms AS terms ON decisions.outcome_code = terms.outcome_code AND terms.suppressor_code = 'S-01'
WHERE decisions.decided_on <= $reference_date AND decisions.decided_on >= terms.holds_from
