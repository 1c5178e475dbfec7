-- Grain: one row of evidence, with its weight, its independent origin and whether it may be shown.
-- `tier` 1 is shown, 2 is stored only (a returned departure shows B-03 alone), 3 is stopped: L-01 and L-06 on a stale or
-- shrunken school delivery.
WITH stops AS (
    SELECT departure_id, source, event_on
    FROM facts_signs
    WHERE kind = 'still_enrolled'
    GROUP BY departure_id, source, event_on
    HAVING count(*) = count(*) FILTER (WHERE is_unreliable)
),

judged AS (
    SELECT
        evidence.*,
        CASE evidence.rule_code
            WHEN 'L-01' THEN stops.departure_id IS NOT NULL
            WHEN 'L-06' THEN coalesce(lists.is_unreliable, false)
            ELSE false
        END AS is_stopped
    FROM rules_evidence AS evidence
    LEFT JOIN stops
        ON
            evidence.departure_id = stops.departure_id
            AND evidence.source = stops.source
            AND evidence.event_on = stops.event_on
    LEFT JOIN facts_lists_after AS lists
        ON
            evidence.departure_id = lists.departure_id
            AND evidence.source = lists.source
            AND evidence.facts ->> 'school_id' = lists.school_id
            AND evidence.event_on = lists.seen_on
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
    evidence.is_stopped,
    CASE
        WHEN evidence.is_stopped THEN 3
        WHEN departures.is_returned AND rules.level <> 'context' AND evidence.rule_code <> 'B-03' THEN 2
        ELSE 1
    END AS tier
FROM judged AS evidence
INNER JOIN settings_rules AS rules ON evidence.rule_code = rules.rule_code
INNER JOIN facts_departures_in_view AS departures ON evidence.departure_id = departures.departure_id
LEFT JOIN settings_origins AS origins ON evidence.source = origins.source
