-- Grain: one row of traces that was judged and may be used.
SELECT rows.*
FROM stage_traces AS rows
WHERE
    NOT EXISTS (
        SELECT 1
        FROM stage_quarantine AS quarantine
        WHERE quarantine.file = rows.file AND quarantine.line = rows.line
    )
