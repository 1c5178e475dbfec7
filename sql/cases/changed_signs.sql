-- Grain: one case of which a sign came, went, or rests on another rule than before: which of these.
SELECT
    case_id,
    bool_or(is_added) AS has_sign_added,
    bool_or(NOT is_added) AS has_sign_gone,
    bool_or(is_added AND NOT is_seen_before) AS has_sign_never_seen,
    bool_or(is_rule_changed) AS has_rule_changed
FROM cases_sign_changes
WHERE NOT is_context
GROUP BY case_id
