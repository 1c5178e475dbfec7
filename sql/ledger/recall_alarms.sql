-- Changes that earlier runs found. `over_on`: the school list that ended one which nobody acknowledged; those before it stay out of count.
SELECT alarm_id, detector, subject_kind, subject, source, measure, check_name, first_on, list_on, value, usual,
    gone_run_no IS NULL OR gone_run_no >= :run_no AS is_open,
    alarm_id IN (SELECT alarm_id FROM watch_acknowledged) AS is_acknowledged,
    CASE
        WHEN subject_kind = 'school' AND gone_run_no < :run_no
            AND alarm_id NOT IN (SELECT alarm_id FROM watch_acknowledged)
            THEN (
                SELECT date('2000-01-01', max(on_day) || ' days')
                FROM watch_numbers
                INNER JOIN watch_subjects AS subjects ON watch_numbers.subject_no = subjects.subject_no
                WHERE subjects.subject_kind = alarms.subject_kind AND subjects.subject = alarms.subject
                    AND subjects.source = alarms.source
                    AND subjects.scope = alarms.scope AND watch_numbers.run_no <= alarms.gone_run_no
            )
    END AS over_on,
    scope
FROM watch_alarms AS alarms
WHERE first_run_no < :run_no ORDER BY first_run_no, alarm_id
