-- Grain: one person whose enrolments decide: withdrawn at some time, or the child of a case that is not over.
SELECT person_id FROM _absence_withdrawn
UNION
SELECT id_text(person_id) AS person_id FROM recall_enrolments
WHERE withdrawn_on IS NOT NULL
UNION
SELECT person_id FROM _absence_known
