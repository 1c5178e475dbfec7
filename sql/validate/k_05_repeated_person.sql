-- K-05: a person who stands in persons more than once; which row is right cannot be known, so all are set aside.
SELECT file, line, 'person_id' AS column_name
FROM stage_duplicates
