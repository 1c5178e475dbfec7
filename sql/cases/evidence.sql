-- Grain: one row of evidence, with its weight, its independent origin and whether it may be shown.
-- `tier` 1 is shown, 2 is stored only (a returned departure shows B-03 alone), 3 is stopped: L-01 on a stale or
-- shrunken school delivery.
WITH stops AS (
    SELECT departure_id, source, event_on
    FROM facts_signs
    WHERE kind = 'still_enrolled'
    GROUP BY departure_id, source, event_on
    HAVING count(*) = count(*) FILTER (WHERE is_unreliable)
)

SELECT
    evidence.departure_id,
    evidence.rule_code,
    evidence.source,
    evidence.event_on,
    evidence.facts,
    rules.level,
    rules.priority,
    coalesce(origins.origin, evidence.source) AS origin,
    evidence.rule_code = 'L-01' AND stops.departure_id IS NOT NULL AS is_stopped,
    CASE
        WHEN evidence.rule_code = 'L-01' AND stops.departure_id IS NOT NULL THEN 3
        WHEN departures.is_returned AND rules.level <> 'context' AND evidence.rule_code <> 'B-03' THEN 2
        ELSE 1
    END AS tier
FROM rules_evidence AS evidence
INNER JOIN settings_rules AS rules ON evidence.rule_code = rules.rule_code
INNER JOIN facts_departures_in_view AS departures ON evidence.departure_id = departures.departure_id
LEFT JOIN settings_origins AS origins ON evidence.source = origins.source
LEFT JOIN stops
    ON
        evidence.departure_id = stops.departure_id
        AND evidence.source = stops.source
        AND evidence.event_on = stops.event_on
