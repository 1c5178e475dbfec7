-- Grain: one list whose person_id is not simply that of its BSN, or without a BSN that of its A-number. No person_id:
-- the list is set aside.
SELECT ordinal, CAST(NULL AS UUID) AS person_id, 'person_twice' AS kind
FROM gateway_lists_twice

UNION ALL

SELECT
    lists.ordinal,
    lists.a_id AS person_id,
    CASE WHEN lists.a_id IS NULL THEN 'person_not_told_apart' ELSE 'bsn_ambiguous' END AS kind
FROM gateway_lists AS lists
INNER JOIN gateway_shared_bsns AS shared ON lists.b_id = shared.b_id
WHERE shared.holder_ordinal IS NULL OR shared.holder_ordinal <> lists.ordinal

UNION ALL

SELECT merged.ordinal, merged.b_id AS person_id, 'bsn_from_another_list' AS kind
FROM gateway_merged AS merged
INNER JOIN read_persons AS persons ON merged.ordinal = persons.ordinal
LEFT JOIN gateway_shared_bsns AS shared ON merged.b_id = shared.b_id
WHERE persons.b_id IS NULL AND merged.b_id IS NOT NULL AND (shared.b_id IS NULL OR shared.holder_ordinal = merged.ordinal)

UNION ALL

SELECT ordinal, CAST(NULL AS UUID) AS person_id, 'person_without_number' AS kind
FROM gateway_lists
WHERE a_id IS NULL AND b_id IS NULL
