-- Grain: one departure with evidence. Level A: an active sign (or a circumstance of one), a rule that is A by itself, or
-- passive signs from two independent origins; B: one passive origin. No level where nothing may be shown; context never counts.
WITH best AS (
    SELECT departure_id, min(tier) AS tier
    FROM cases_evidence
    WHERE level <> 'context'
    GROUP BY departure_id
)

SELECT
    best.departure_id,
    best.tier,
    CASE
        WHEN best.tier > 1 THEN NULL
        WHEN count(*) FILTER (WHERE evidence.level IN ('active', 'circumstance', 'alone')) > 0 THEN 'A'
        WHEN count(DISTINCT evidence.origin) >= 2 THEN 'A'
        ELSE 'B'
    END AS level,
    count(DISTINCT evidence.origin) AS n_origins,
    count(*) FILTER (WHERE evidence.rule_code = 'B-05') > 0 AS is_protective,
    min(evidence.event_on) AS first_sign_on,
    max(evidence.event_on) AS last_sign_on
FROM best
INNER JOIN cases_evidence AS evidence
    ON best.departure_id = evidence.departure_id AND best.tier = evidence.tier
WHERE evidence.level <> 'context'
GROUP BY best.departure_id, best.tier
