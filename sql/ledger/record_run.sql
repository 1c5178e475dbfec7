INSERT INTO runs (
    run_no, run_id, delivery_id, manifest_sha256, reference_date, scope, pseudonym_key_id, configuration, measures,
    accepted_drift, enrolment_memory, rule_set_no
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
