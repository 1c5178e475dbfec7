SELECT name, count(*) AS n FROM decisions WHERE state IN ('taken', 'waiting') AND decided_at >= :since AND NOT is_sealed
    AND municipality_code IN (SELECT municipality_code FROM user_municipalities WHERE name = :reader)
GROUP BY name ORDER BY name
