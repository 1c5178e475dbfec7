-- Grain: one day of one trace source, with its rows.
SELECT kind, source_code, event_on, CAST(sum(n_rows) AS BIGINT) AS n_rows, CAST(sum(n_ended) AS BIGINT) AS n_ended
FROM _stage_traces_counts
WHERE kind IS NOT NULL
GROUP BY kind, source_code, event_on
