-- Grain: one sign as the case shows it: the evidence of the best tier, then the context that helps to read it.
SELECT
    evidence.departure_id,
    evidence.rule_code,
    evidence.source,
    evidence.event_on,
    evidence.facts,
    evidence.level = 'context' AS is_context,
    evidence.priority
FROM cases_levels AS levels
INNER JOIN cases_evidence AS evidence ON levels.departure_id = evidence.departure_id
WHERE evidence.level = 'context' OR evidence.tier = levels.tier
