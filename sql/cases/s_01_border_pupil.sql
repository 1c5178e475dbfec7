-- S-01 Grensleerling: people decided earlier that the child lives over the border and goes to school here.
-- Holds for the school year (1 August to 31 July) of the reference date. No automatic test exists, on purpose.
SELECT departures.departure_id
FROM facts_departures_in_view AS departures
INNER JOIN recall_decisions AS decisions ON departures.person_id = decisions.person_id
WHERE
    decisions.outcome_code = 'X-GRENS'
    AND decisions.decided_on <= $reference_date
    AND decisions.decided_on >= $school_year_from
