-- A first, narrow look at one file of residences: who may have left within the look-back. The hint is deliberately too
-- wide (whole years, all ages, incorrect rows too): facts decide what is in view.
SELECT DISTINCT person_key
FROM delivered_residences
WHERE departure_date = '00000000' OR departure_date BETWEEN $look_back_text AND $reference_text
