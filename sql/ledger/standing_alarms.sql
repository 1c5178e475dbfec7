-- Alarms that the newest run found or kept, with why a person acknowledged one.
SELECT alarms.alarm_id, detector, subject_kind, subject, source, measure, check_name, first_on, list_on, value, usual,
    acknowledged_at, reason
FROM watch_alarms AS alarms
LEFT JOIN watch_acknowledged AS said ON alarms.alarm_id = said.alarm_id
WHERE gone_run_no IS NULL
ORDER BY first_run_no DESC, alarms.alarm_id
