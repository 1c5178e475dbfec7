-- Grain: one day of one trace source in one file of traces (none: rows at fault), with its rows.
SELECT
    file,
    kind,
    source_code,
    event_on,
    count(*) AS n_rows,
    count(ended_on) AS n_ended
FROM delivered_traces AS delivered
ANTI JOIN _stage_traces_chosen AS chosen
    ON delivered.file = chosen.file AND delivered.row_no = chosen.row_no AND chosen.fault IS NOT NULL
GROUP BY file, kind, source_code, event_on

UNION ALL

SELECT
    file,
    NULL AS kind,
    NULL AS source_code,
    NULL AS event_on,
    count(*) AS n_rows,
    0 AS n_ended
FROM _stage_traces_chosen
WHERE fault IS NOT NULL
GROUP BY file
