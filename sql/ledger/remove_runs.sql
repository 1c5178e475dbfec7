-- The newest run is on show and the one before it is what a rerun starts from.
DELETE FROM runs
WHERE reference_date < :runs_before
    AND run_no < (SELECT max(run_no) FROM runs) - 1
    AND run_no NOT IN (SELECT first_run_no FROM cases)
    AND run_no NOT IN (SELECT run_no FROM case_aliases)
    AND run_no NOT IN (SELECT run_no FROM case_states)
    AND run_no NOT IN (SELECT run_no FROM control_draws)
    AND run_no NOT IN (SELECT first_run_no FROM case_evidence)
    AND run_no NOT IN (SELECT gone_run_no FROM case_evidence WHERE gone_run_no IS NOT NULL)
    AND run_no NOT IN (SELECT first_run_no FROM inquiries)
    AND run_no NOT IN (SELECT gone_run_no FROM inquiries WHERE gone_run_no IS NOT NULL)
    AND run_no NOT IN (SELECT run_no FROM case_facts)
    AND run_no NOT IN (SELECT run_no FROM case_families)
    AND run_no NOT IN (SELECT first_run_no FROM silences)
    AND run_no NOT IN (SELECT gone_run_no FROM silences WHERE gone_run_no IS NOT NULL)
    AND run_no NOT IN (SELECT first_run_no FROM sample_left)
    AND run_no NOT IN (SELECT gone_run_no FROM sample_left WHERE gone_run_no IS NOT NULL)
    AND run_no NOT IN (SELECT first_run_no FROM secrecy)
    AND run_no NOT IN (SELECT gone_run_no FROM secrecy WHERE gone_run_no IS NOT NULL)
