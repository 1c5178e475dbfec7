-- Every run that was published, the newest first.
SELECT run_no, run_id, delivery_id, manifest_sha256, reference_date, scope, pseudonym_key_id, configuration, rules,
    measures, accepted_drift, enrolment_memory, listed, seconds
FROM runs
INNER JOIN rule_sets USING (rule_set_no)
LEFT JOIN run_figures USING (run_no)
LEFT JOIN run_durations USING (run_no)
ORDER BY run_no DESC
