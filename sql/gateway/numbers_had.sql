-- Grain: one number that a person had before, or that another of its lists tells. A list that is an error or to be wiped
-- (F, W) tells nothing beside the one that counts.
SELECT coalesce(twice.counting_ordinal, earlier.ordinal) AS ordinal, earlier.a_id, earlier.b_id
FROM read_earlier AS earlier
LEFT JOIN gateway_lists_twice AS twice ON earlier.ordinal = twice.ordinal
WHERE twice.ordinal IS NULL OR NOT twice.is_wiped

UNION ALL

SELECT twice.counting_ordinal AS ordinal, persons.a_id, persons.b_id
FROM gateway_lists_twice AS twice
INNER JOIN read_persons AS persons ON twice.ordinal = persons.ordinal
WHERE NOT twice.is_wiped
