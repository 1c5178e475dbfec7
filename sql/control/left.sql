-- Grain: one drawn departure in scope that the control sample showed last time and does not show tonight (`is_new`), or shows again.
WITH drawn AS (
    SELECT
        case_id,
        municipality_code,
        is_sealed,
        is_left,
        case_id IN (SELECT case_id FROM control_rows) AS is_shown
    FROM recall_draws
    WHERE $is_national OR municipality_code IN (SELECT municipality_code FROM settings_scope)
)

SELECT
    case_id,
    municipality_code,
    is_sealed,
    NOT is_shown AS is_new
FROM drawn
WHERE is_shown = is_left
