INSERT INTO watch_alarms (
    alarm_id, detector, subject_kind, subject, source, measure, check_name, first_on, list_on, value, usual, first_run_no,
    scope
)
SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, run_no, scope FROM runs WHERE run_no = :run_no
