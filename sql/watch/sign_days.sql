-- Grain: one day of one trace source that may be relied on. A source that the watch holds is silent.
SELECT days.*
FROM valid_sign_days AS days
ANTI JOIN watch_held AS held
    ON held.subject_kind = 'source' AND days.source_code = held.subject AND days.kind = held.source
