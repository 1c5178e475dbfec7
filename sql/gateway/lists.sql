-- Grain: one list that counts.
SELECT persons.*
FROM read_persons AS persons
WHERE NOT EXISTS (SELECT 1 FROM gateway_lists_twice AS twice WHERE twice.ordinal = persons.ordinal)
