-- Numbers of earlier runs that tonight is held against: of so many days (`days_back`), and of anything but a school list what stood then.
WITH looked_at AS (
    SELECT scope, max(julianday(reference_date) - julianday('2000-01-01')) - :days_back AS from_day
    FROM runs
    WHERE run_no < :run_no
    GROUP BY scope
)

SELECT subject_kind, subject, source, subjects.scope, date('2000-01-01', on_day || ' days') AS on_day, numbers
FROM watch_numbers AS known
INNER JOIN watch_subjects AS subjects ON known.subject_no = subjects.subject_no
INNER JOIN looked_at ON subjects.scope = looked_at.scope
WHERE known.run_no < :run_no
    AND (
        on_day >= from_day
        OR subject_kind <> 'school' AND NOT EXISTS (
            SELECT 1 FROM watch_numbers AS newer
            WHERE newer.subject_no = known.subject_no AND newer.run_no > known.run_no AND newer.run_no < :run_no
                AND newer.on_day <= from_day
        )
    )
ORDER BY known.subject_no, known.run_no
