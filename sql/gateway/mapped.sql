-- Grain: one person for the key map, in the order of reading, and the lists that tell its numbers.
SELECT person_id, is_confidential, a_ordinal, b_ordinal FROM gateway_people WHERE is_mapped ORDER BY ordinal
