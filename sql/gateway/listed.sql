-- Grain: one number of a list that leads to another pseudonym than its own: an earlier BSN, a linked education number.
SELECT b_id AS number_id, person_id FROM gateway_earlier_bsns WHERE person_id IS NOT NULL

UNION ALL

SELECT education_id AS number_id, person_id FROM gateway_links
