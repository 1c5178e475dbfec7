-- Grain: one sign as the case shows it: the evidence of the best tier, then the context that helps to read it and what speaks against.
SELECT
    evidence.departure_id,
    evidence.rule_code,
    evidence.source,
    evidence.event_on,
    evidence.facts,
    evidence.level = 'context' AS is_context,
    false AS is_against,
    evidence.priority
FROM cases_levels AS levels
INNER JOIN cases_evidence AS evidence ON levels.departure_id = evidence.departure_id
WHERE evidence.level = 'context' OR evidence.tier = levels.tier

UNION ALL

SELECT
    against.departure_id,
    against.rule_code,
    against.source,
    against.event_on,
    against.facts,
    true AS is_context,
    true AS is_against,
    rules.priority
FROM cases_levels AS levels
INNER JOIN cases_against AS against ON levels.departure_id = against.departure_id
INNER JOIN settings_rules AS rules ON against.rule_code = rules.rule_code
WHERE levels.is_shown
