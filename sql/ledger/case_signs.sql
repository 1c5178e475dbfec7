SELECT evidence.rule_code, evidence.source, evidence.event_on, evidence.is_context, first_runs.reference_date,
    gone_runs.reference_date
FROM case_evidence AS evidence
INNER JOIN runs AS first_runs ON evidence.first_run_no = first_runs.run_no
LEFT JOIN runs AS gone_runs ON evidence.gone_run_no = gone_runs.run_no
WHERE evidence.case_id = ?
ORDER BY evidence.event_on, evidence.rule_code, evidence.source, evidence.first_run_no, evidence.sign_key
