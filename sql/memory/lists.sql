-- Grain: one school list that may still be remembered.
SELECT
    lists.source,
    lists.school_id,
    lists.seen_on,
    lists.n_rows,
    lists.recency,
    lists.is_remembered
FROM stage_school_deliveries AS lists
INNER JOIN settings_retention AS retention ON lists.source = retention.source
WHERE lists.seen_on >= retention.retained_from
