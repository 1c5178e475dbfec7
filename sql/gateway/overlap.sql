-- One row: how many persons stand in more than one source of the register.
SELECT count(DISTINCT twice.counting_ordinal) AS n
FROM gateway_lists_twice AS twice
INNER JOIN read_persons AS other ON twice.ordinal = other.ordinal
INNER JOIN read_persons AS counting ON twice.counting_ordinal = counting.ordinal
WHERE other.source <> counting.source
