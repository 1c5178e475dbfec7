-- Grain: one departure with evidence of its own, context and evidence against left out. `is_shown`: nothing stands in the way of showing
-- it; what may be shown of the best tier is what the case rests on.
WITH best AS (
    SELECT departure_id, min(tier) AS tier
    FROM cases_evidence
    WHERE level <> 'context'
    GROUP BY departure_id
)

SELECT
    best.departure_id,
    best.tier,
    best.tier = 1 AS is_shown,
    min(evidence.event_on) AS first_sign_on,
    max(evidence.event_on) AS last_sign_on
FROM best
INNER JOIN cases_evidence AS evidence
    ON best.departure_id = evidence.departure_id AND best.tier = evidence.tier
WHERE evidence.level <> 'context'
GROUP BY best.departure_id, best.tier
