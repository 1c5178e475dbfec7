-- Grain: one municipality, sealed or not, with a case on the list tonight.
SELECT
    municipality_code,
    is_sealed,
    count(*) AS n_listed
FROM cases_current
WHERE status IN ('new', 'ongoing', 'changed')
GROUP BY municipality_code, is_sealed
