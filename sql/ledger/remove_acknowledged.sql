-- What was said of alarms that are no more.
DELETE FROM watch_acknowledged WHERE alarm_id NOT IN (SELECT alarm_id FROM watch_alarms)
