-- Grain: one case of which a sign came, went, or rests on another rule than before: which of these. Where only more or less
-- is known about a sign that stays, no sign came or went.
SELECT
    case_id,
    bool_or(is_added AND NOT is_circumstance) AS has_sign_added,
    bool_or(NOT is_added AND NOT is_circumstance) AS has_sign_gone,
    bool_and(is_circumstance) AS has_circumstance_changed,
    bool_or(is_added AND NOT is_seen_before) AS has_sign_never_seen,
    bool_or(is_rule_changed) AS has_rule_changed
FROM cases_sign_changes
WHERE NOT is_context
GROUP BY case_id
