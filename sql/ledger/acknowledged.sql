SELECT alarm_id, acknowledged_at, reason FROM watch_acknowledged
