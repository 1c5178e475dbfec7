-- A first, narrow look at one file of enrolments: who was withdrawn from a school at some time.
SELECT DISTINCT person_id
FROM delivered_enrolments
WHERE withdrawn_on IS NOT NULL AND person_id IS NOT NULL
