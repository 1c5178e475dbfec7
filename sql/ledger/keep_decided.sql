-- A case that only this run knew, and that was decided on, is kept for its decision under the run before.
UPDATE cases SET first_run_no = (SELECT max(run_no) FROM runs)
WHERE first_run_no = :run_no
