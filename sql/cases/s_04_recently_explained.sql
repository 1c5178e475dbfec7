-- S-04 Pas verklaard: people found an ordinary explanation for this departure, and no sign that counts is newer.
SELECT departures.departure_id
FROM facts_departures_in_view AS departures
INNER JOIN cases_levels AS levels ON departures.departure_id = levels.departure_id
INNER JOIN recall_decisions AS decisions
    ON
        departures.person_id = decisions.person_id
        AND departures.departed_earliest_on = decisions.departed_on
INNER JOIN cases_terms AS terms ON decisions.outcome_code = terms.outcome_code AND terms.suppressor_code = 'S-04'
WHERE
    decisions.decided_on <= $reference_date
    AND decisions.decided_on >= terms.holds_from
    AND NOT EXISTS (
        SELECT 1
        FROM cases_newer_signs AS newer
        WHERE
            newer.departure_id = departures.departure_id
            AND newer.case_id IS NOT DISTINCT FROM decisions.case_id
            AND newer.decided_on = decisions.decided_on
    )
