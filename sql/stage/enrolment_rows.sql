-- Grain: one needed row of enrolments, as delivered.
SELECT * EXCLUDE (fault)
FROM _stage_enrolments_chosen
WHERE fault IS NULL
