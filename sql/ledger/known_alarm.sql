SELECT 1 FROM watch_alarms WHERE alarm_id = ? LIMIT 1
