SELECT alarm_id, detector, subject_kind, subject, source, measure, check_name, first_on, list_on, value, usual,
    gone_run_no IS NULL OR gone_run_no >= :run_no AS is_open,
    alarm_id IN (SELECT alarm_id FROM watch_acknowledged) AS is_acknowledged
FROM watch_alarms
WHERE first_run_no < :run_no ORDER BY first_run_no, alarm_id
