-- What bringing the ledger under another key changes; `renamed` holds old and new pseudonyms.
UPDATE case_aliases SET person_id = (SELECT new FROM temp.renamed WHERE old = person_id)
WHERE person_id IN (SELECT old FROM temp.renamed);
UPDATE inquiries SET person_id = (SELECT new FROM temp.renamed WHERE old = person_id)
WHERE person_id IN (SELECT old FROM temp.renamed);
UPDATE secrecy SET person_id = (SELECT new FROM temp.renamed WHERE old = person_id)
WHERE person_id IN (SELECT old FROM temp.renamed);
-- A mark hangs on the old key; what is kept is who belongs together.
CREATE TEMP TABLE marks AS
SELECT family_mark AS old, lower(hex(randomblob(32))) AS new FROM (SELECT DISTINCT family_mark FROM case_families);
UPDATE case_families SET family_mark = (SELECT new FROM temp.marks WHERE old = family_mark);
DROP TABLE temp.marks;
UPDATE runs SET pseudonym_key_id = :key_id,
    enrolment_memory = CASE WHEN run_no = (SELECT max(run_no) FROM runs) THEN :memory END;
DROP TABLE temp.renamed;
