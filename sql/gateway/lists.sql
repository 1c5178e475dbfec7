-- Grain: one person: its only list, or the one that counts with what the others add.
SELECT persons.*, persons.ordinal AS a_ordinal, persons.ordinal AS b_ordinal
FROM read_persons AS persons
WHERE
    NOT EXISTS (SELECT 1 FROM gateway_lists_twice AS twice WHERE twice.ordinal = persons.ordinal)
    AND NOT EXISTS (SELECT 1 FROM gateway_merged AS merged WHERE merged.ordinal = persons.ordinal)

UNION ALL BY NAME

SELECT * EXCLUDE (freshest_ordinal) FROM gateway_merged
