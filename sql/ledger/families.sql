-- Marks of the parents of each ordinary case: cases that share one are of one family.
SELECT case_id, family_mark FROM case_families ORDER BY family_mark, case_id
