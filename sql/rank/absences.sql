-- Grain: one absence case, in the order of work of its municipality: leerplicht before kwalificatieplicht (a start qualification
-- may have ended that), and who has been without a school longest first.
WITH ranked AS (
    SELECT
        case_id,
        row_number() OVER (
            PARTITION BY municipality_code, is_sealed
            ORDER BY leerplicht_until <= $reference_date, since_on, case_id
        ) AS rank
    FROM cases_absence_current
    WHERE status IN ('new', 'ongoing', 'changed')
)

SELECT
    current.*,
    ranked.rank
FROM cases_absence_current AS current
LEFT JOIN ranked ON current.case_id = ranked.case_id
