-- Grain: one BSN that stands, or stood, on two persons and is followed to neither.
SELECT b_id FROM gateway_shared_bsns WHERE holder_ordinal IS NULL

UNION ALL

SELECT b_id FROM gateway_earlier_bsns WHERE person_id IS NULL
