-- Grain: one person for the key map, in the order of reading.
SELECT ordinal, person_id, is_confidential FROM gateway_people WHERE is_mapped ORDER BY ordinal
