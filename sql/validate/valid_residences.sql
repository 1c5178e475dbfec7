-- Grain: one row of residences that was judged and may be used.
SELECT rows.*
FROM stage_residences AS rows
WHERE
    NOT EXISTS (
        SELECT 1
        FROM stage_quarantine AS quarantine
        WHERE quarantine.file = rows.file AND quarantine.line = rows.line
    )
