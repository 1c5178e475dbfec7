-- Keys of everybody on a school list that is remembered.
SELECT DISTINCT hash(key_of_id(person_id)) AS person_key
FROM recall_enrolments
