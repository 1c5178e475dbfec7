-- Children of cases who are missing in tonight's persons: their school lists are remembered all the same.
SELECT person_id, true AS is_young
FROM stage_expected
WHERE person_id NOT IN (SELECT person_id FROM memory_persons)
