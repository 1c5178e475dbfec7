-- Grain: one subject of the series of tonight, with how many open cases rest on it.
SELECT DISTINCT
    series.subject_kind,
    series.subject,
    series.source,
    coalesce(cases.n_cases, 0) AS n_cases
FROM watch_series AS series
LEFT JOIN watch_cases AS cases
    ON
        series.subject_kind = cases.subject_kind
        AND series.subject = cases.subject
        -- Evidence names a source of traces without the kind of its traces.
        AND (series.subject_kind <> 'school' OR series.source = cases.source)
ORDER BY ALL
