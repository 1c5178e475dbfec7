-- The ids of the rows whose key is repeated, read again: only equal ids are one person.
SELECT $file_name AS file, row_no, person_id
FROM delivered_persons
WHERE row_no IN (SELECT row_no FROM _stage_repeated_keys WHERE file = $file_name)
