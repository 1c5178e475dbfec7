-- Grain: one number that the watch remembers, with of how many a share is (`n`), where that is remembered as well.
SELECT scope, subject_kind, subject, source, measure, date('2000-01-01', on_day || ' days') AS on_day, value,
    (
        SELECT whole.value
        FROM watch_series AS counted
        INNER JOIN watch_values AS whole ON counted.series_no = whole.series_no
        WHERE counted.subject_kind = series.subject_kind AND counted.subject = series.subject
            AND counted.source = series.source AND counted.scope = series.scope
            AND counted.measure = CASE
                WHEN series.subject_kind = 'school' THEN 'pupils'
                WHEN series.measure IN ('incomplete', 'ex_officio', 'unknown_destination') THEN 'departures'
                WHEN series.subject_kind = 'municipality' THEN 'residents'
                WHEN series.measure IN ('weekend', 'busiest_day', 'under_inquiry', 'incorrect') THEN 'rows'
            END
            AND whole.run_no <= known.run_no
        ORDER BY whole.run_no DESC LIMIT 1
    ) AS n
FROM watch_values AS known
INNER JOIN watch_series AS series ON known.series_no = series.series_no
ORDER BY scope, subject_kind, subject, source, measure, run_no
