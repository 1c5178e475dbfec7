-- Grain: one A-number that leads to a person, today or before.
SELECT a_id, person_id FROM gateway_people WHERE a_id IS NOT NULL

UNION ALL

SELECT a_id, person_id FROM gateway_earlier_a_numbers
