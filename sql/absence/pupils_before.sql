-- Keys of everybody on a school list that is remembered.
SELECT DISTINCT hash(person_id) AS person_key
FROM recall_enrolments
