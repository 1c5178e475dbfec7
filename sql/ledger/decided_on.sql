-- Whether people decided on a case that this run was the first to know.
SELECT 1 FROM cases INNER JOIN decisions USING (case_id) WHERE first_run_no = ? LIMIT 1
