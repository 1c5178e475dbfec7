INSERT OR REPLACE INTO watch_acknowledged (alarm_id, acknowledged_at, reason)
VALUES (?, ?, ?)
