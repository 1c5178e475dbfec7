-- Grain: one school that the municipality declared, and whether its newest list can be relied on.
SELECT
    declared.school_id,
    coalesce(bool_or(lists.recency = 1 AND NOT lists.is_stale AND NOT lists.is_shrunk), false) AS is_delivered
FROM settings_declared_schools AS declared
LEFT JOIN stage_school_deliveries AS lists ON declared.school_id = lists.school_id
GROUP BY declared.school_id
