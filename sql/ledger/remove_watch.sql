-- Numbers over their term. A number stands until the next one of its series: the last one from before the term stays, unless it says that the
-- series is there no more. A school list is a number of its own day and nothing more.
DELETE FROM watch_values
WHERE on_day < julianday(:watched_before) - julianday('2000-01-01')
    AND (
        value IS NULL
        OR series_no IN (SELECT series_no FROM watch_series WHERE subject_kind = 'school')
        OR EXISTS (
            SELECT 1 FROM watch_values AS newer
            WHERE newer.series_no = watch_values.series_no AND newer.run_no > watch_values.run_no
                AND newer.on_day <= julianday(:watched_before) - julianday('2000-01-01')
        )
    );
DELETE FROM watch_series WHERE series_no NOT IN (SELECT series_no FROM watch_values);
-- A change that was over before the last two runs, and one of a list that no run has seen since: there is nothing left to hold it against.
DELETE FROM watch_alarms
WHERE first_on < :watched_before
    AND (
        gone_run_no < (SELECT max(run_no) FROM runs) - 1
        OR (
            gone_run_no IS NULL AND detector <> 'flag'
            AND (subject_kind, subject, source, measure, scope)
            NOT IN (SELECT subject_kind, subject, source, measure, scope FROM watch_series)
        )
    );
-- What the newest run of a scope told is on show, and so would be, if the newest run were taken back, what the one before it told.
DELETE FROM watch_told
WHERE run_no NOT IN (SELECT max(run_no) FROM runs GROUP BY scope)
    AND run_no NOT IN (
        SELECT max(run_no) FROM runs
        WHERE run_no < (SELECT max(run_no) FROM runs) GROUP BY scope
    );
