-- Numbers over their term. A number stands until the next one of its series: the last one from before the term stays, unless it says that the
-- series is there no more. A school list is a number of its own day and nothing more.
DELETE FROM watch_numbers
WHERE on_day < julianday(:watched_before) - julianday('2000-01-01')
    AND (
        numbers = '{}'
        OR subject_no IN (SELECT subject_no FROM watch_subjects WHERE subject_kind = 'school')
        OR EXISTS (
            SELECT 1 FROM watch_numbers AS newer
            WHERE newer.subject_no = watch_numbers.subject_no AND newer.run_no > watch_numbers.run_no
                AND newer.on_day <= julianday(:watched_before) - julianday('2000-01-01')
        )
    );
DELETE FROM watch_subjects WHERE subject_no NOT IN (SELECT subject_no FROM watch_numbers);
-- A change that was over before the last two runs, and one of a list that no run has seen since: there is nothing left to hold it against.
DELETE FROM watch_alarms
WHERE first_on < :watched_before
    AND (
        gone_run_no < (SELECT max(run_no) FROM runs) - 1
        OR (
            gone_run_no IS NULL AND detector <> 'flag'
            AND (subject_kind, subject, source, scope)
            NOT IN (SELECT subject_kind, subject, source, scope FROM watch_subjects)
        )
    );
-- What the newest run of a scope told is on show, and so would be, if the newest run were taken back, what the one before it told.
DELETE FROM watch_told
WHERE run_no NOT IN (SELECT max(run_no) FROM runs GROUP BY scope)
    AND run_no NOT IN (
        SELECT max(run_no) FROM runs
        WHERE run_no < (SELECT max(run_no) FROM runs) GROUP BY scope
    );
