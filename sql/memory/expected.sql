-- Children of cases who are missing in tonight's persons: their school lists are remembered all the same.
SELECT key_of(person_id) AS person_key, true AS is_young
FROM stage_expected
WHERE key_of(person_id) NOT IN (SELECT person_key FROM memory_persons)
