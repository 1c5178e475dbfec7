-- Handled at the desk in each week, by its Monday.
SELECT date(substr(decided_at, 1, 10), '-6 days', 'weekday 1') AS monday, count(DISTINCT case_id) AS n
FROM decisions WHERE state IN ('taken', 'waiting') AND decided_at >= :since AND NOT is_sealed
    AND municipality_code IN (SELECT municipality_code FROM user_municipalities WHERE name = :reader)
GROUP BY monday ORDER BY monday
