INSERT INTO watch_alarms (
    alarm_id, detector, subject_kind, subject, source, measure, check_name, first_on, list_on, value, usual, first_run_no
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, :run_no)
