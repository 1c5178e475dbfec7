-- Grain: one needed row of traces, as delivered.
SELECT * EXCLUDE (fault)
FROM _stage_traces_chosen
WHERE fault IS NULL
