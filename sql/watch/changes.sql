-- Grain: one value for the ledger: a list that was not known, and of anything else what is not as it was when it was last written. What is
-- there no more gets an empty value.
WITH last AS (
    SELECT subject_kind, subject, source, measure, max(on_day) AS on_day, arg_max(value, on_day) AS value,
        arg_max(value IS NULL, on_day) AS is_gone
    FROM recall_series
    GROUP BY subject_kind, subject, source, measure
)

SELECT
    series.subject_kind,
    series.subject,
    series.source,
    series.measure,
    series.seen_on AS on_day,
    round(series.value, 5) AS value
FROM watch_series AS series
LEFT JOIN last
    ON
        series.subject_kind = last.subject_kind
        AND series.subject = last.subject
        AND series.source = last.source
        AND series.measure = last.measure
WHERE
    series.unit <> 'flag'
    AND CASE
        WHEN series.subject_kind = 'school'
            THEN series.seen_on >= CAST($reference_date AS DATE) - 420 AND (last.on_day IS NULL OR series.seen_on > last.on_day)
        ELSE round(series.value, 5) IS DISTINCT FROM last.value OR last.is_gone
    END

UNION ALL

SELECT
    last.subject_kind,
    last.subject,
    last.source,
    last.measure,
    CAST($reference_date AS DATE) AS on_day,
    CAST(NULL AS DOUBLE) AS value
FROM last
WHERE
    last.subject_kind <> 'school'
    AND NOT last.is_gone
    AND (last.subject_kind, last.subject, last.source, last.measure)
    NOT IN (SELECT (subject_kind, subject, source, measure) FROM watch_series)
