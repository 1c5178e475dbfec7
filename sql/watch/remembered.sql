-- Grain: one earlier number of one series; without a value where its subject was delivered without it. `n` is of how many a share is.
WITH known AS (
    SELECT subject_kind, subject, source, on_day, CAST(numbers AS MAP (VARCHAR, DOUBLE[])) AS numbers
    FROM recall_numbers
),

named AS (
    SELECT DISTINCT subject_kind, subject, source, unnest(map_keys(numbers)) AS measure
    FROM known
)

SELECT
    known.subject_kind,
    known.subject,
    known.source,
    named.measure,
    known.on_day,
    known.numbers[named.measure][1] AS value,
    known.numbers[named.measure][2] AS n
FROM known
INNER JOIN named
    ON known.subject_kind = named.subject_kind AND known.subject = named.subject AND known.source = named.source
WHERE known.subject_kind <> 'school' OR known.numbers[named.measure] IS NOT NULL
