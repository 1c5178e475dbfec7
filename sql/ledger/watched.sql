-- Grain: one number that the watch remembers, with of how many a share is (`n`); without a value, it was there no more.
SELECT scope, subject_kind, subject, source, names.measure, date('2000-01-01', on_day || ' days') AS on_day,
    json_extract(numbers, '$.' || names.measure || '[0]') AS value,
    json_extract(numbers, '$.' || names.measure || '[1]') AS n
FROM watch_numbers AS known
INNER JOIN watch_subjects AS subjects ON known.subject_no = subjects.subject_no
INNER JOIN (
    SELECT DISTINCT subject_no, "key" AS measure
    FROM watch_numbers, json_each(numbers)
) AS names ON known.subject_no = names.subject_no
-- A school list is what it is of; of anything else that it was there no more is told.
WHERE subject_kind <> 'school' OR json_extract(numbers, '$.' || names.measure) IS NOT NULL
ORDER BY scope, subject_kind, subject, source, names.measure, run_no
