-- Grain: one trace of a source that may be relied on.
SELECT rows.*
FROM valid_traces AS rows
ANTI JOIN watch_held AS held
    ON held.subject_kind = 'source' AND rows.source_code = held.subject AND rows.kind = held.source
