-- Grain: one school whose newest delivered list is stale (S-08) or much smaller than the one before (K-10).
SELECT
    school_id,
    source,
    seen_on,
    is_stale
FROM stage_school_deliveries
WHERE recency = 1 AND NOT is_remembered AND (is_stale OR is_shrunk)
ORDER BY school_id, source
