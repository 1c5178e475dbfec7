-- Takes back everything that one run added; its figures go with its row. A case that people decided on since is
-- kept for its decision.
DELETE FROM case_states WHERE run_no = :run_no;
DELETE FROM case_facts WHERE run_no = :run_no;
DELETE FROM silences WHERE first_run_no = :run_no;
UPDATE silences SET gone_run_no = NULL WHERE gone_run_no = :run_no;
DELETE FROM control_draws WHERE run_no = :run_no;
DELETE FROM sample_left WHERE first_run_no = :run_no;
UPDATE sample_left SET gone_run_no = NULL WHERE gone_run_no = :run_no;
DELETE FROM case_families WHERE run_no = :run_no;
DELETE FROM case_evidence WHERE first_run_no = :run_no;
UPDATE case_evidence SET gone_run_no = NULL WHERE gone_run_no = :run_no;
DELETE FROM case_aliases WHERE run_no = :run_no;
DELETE FROM cases
WHERE first_run_no = :run_no
    AND case_id NOT IN (SELECT case_id FROM decisions)
    AND case_id NOT IN (SELECT case_id FROM decision_pairs);
DELETE FROM inquiries WHERE first_run_no = :run_no;
UPDATE inquiries SET gone_run_no = NULL WHERE gone_run_no = :run_no;
DELETE FROM secrecy WHERE first_run_no = :run_no;
UPDATE secrecy SET gone_run_no = NULL WHERE gone_run_no = :run_no;
DELETE FROM watch_numbers WHERE run_no = :run_no;
DELETE FROM watch_subjects WHERE subject_no NOT IN (SELECT subject_no FROM watch_numbers);
DELETE FROM watch_told WHERE run_no = :run_no;
DELETE FROM watch_alarms WHERE first_run_no = :run_no;
UPDATE watch_alarms SET gone_run_no = NULL WHERE gone_run_no = :run_no;
DELETE FROM runs WHERE run_no = :run_no;
