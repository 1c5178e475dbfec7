-- S-02 Heringeschreven: a Dutch address newer than the departure. Does not apply where B-03 raises its own question.
SELECT departures.departure_id
FROM facts_departures_in_view AS departures
WHERE
    departures.is_returned
    AND NOT EXISTS (
        SELECT 1
        FROM rules_evidence AS evidence
        WHERE evidence.departure_id = departures.departure_id AND evidence.rule_code = 'B-03'
    )
