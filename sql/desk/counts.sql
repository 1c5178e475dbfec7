-- How much waits, by municipality: children under secrecy are in no count.
SELECT listed.municipality_code, count(*) AS n_listed,
    count(*) FILTER (WHERE coalesce(decided.is_over, 0)) AS n_handled,
    count(*) FILTER (WHERE NOT coalesce(decided.is_over, 0) AND coalesce(decided.due_on, listed.due_on) < :today) AS n_overdue,
    count(*) FILTER (WHERE NOT coalesce(decided.is_over, 0) AND listed.status = 'new') AS n_new,
    count(*) FILTER (WHERE NOT coalesce(decided.is_over, 0) AND assignments.name IS NOT NULL) AS n_assigned
FROM night.listed AS listed
LEFT JOIN night.decided AS decided ON listed.case_id = decided.case_id
LEFT JOIN assignments ON listed.case_id = assignments.case_id
WHERE listed.is_listed AND NOT listed.is_sealed
    AND listed.municipality_code IN (SELECT municipality_code FROM user_municipalities WHERE name = :name)
GROUP BY listed.municipality_code
ORDER BY listed.municipality_code
