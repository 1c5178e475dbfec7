-- Numbers over their term; of a series the last one before it stays, because a value stands until the next one.
DELETE FROM watch_values
WHERE on_day < CAST(julianday(:watched_before) - julianday('2000-01-01') AS INTEGER)
    AND EXISTS (
        SELECT 1 FROM watch_values AS newer
        WHERE newer.series_no = watch_values.series_no AND newer.run_no > watch_values.run_no
            AND newer.on_day <= CAST(julianday(:watched_before) - julianday('2000-01-01') AS INTEGER)
    );
DELETE FROM watch_values
WHERE value IS NULL AND on_day < CAST(julianday(:watched_before) - julianday('2000-01-01') AS INTEGER);
DELETE FROM watch_values
WHERE on_day < CAST(julianday(:watched_before) - julianday('2000-01-01') AS INTEGER)
    AND series_no IN (SELECT series_no FROM watch_series WHERE subject_kind = 'school');
DELETE FROM watch_series WHERE series_no NOT IN (SELECT series_no FROM watch_values);
DELETE FROM watch_alarms
WHERE gone_run_no IS NOT NULL AND gone_run_no < (SELECT max(run_no) FROM runs) - 1 AND first_on < :watched_before;
DELETE FROM watch_acknowledged WHERE alarm_id NOT IN (SELECT alarm_id FROM watch_alarms);
