-- S-04 Pas verklaard: people found an ordinary explanation for this departure, and no sign is newer than that.
SELECT departures.departure_id
FROM facts_departures_in_view AS departures
INNER JOIN recall_decisions AS decisions
    ON
        departures.person_id = decisions.person_id
        AND departures.departed_earliest_on = decisions.departed_on
WHERE
    decisions.outcome_code = 'X-VERKLAARD'
    AND decisions.decided_on <= $reference_date
    AND decisions.decided_on >= $explained_from
    AND NOT EXISTS (
        SELECT 1
        FROM cases_evidence AS evidence
        WHERE
            evidence.departure_id = departures.departure_id
            AND evidence.level <> 'context'
            AND evidence.event_on > decisions.decided_on
    )
