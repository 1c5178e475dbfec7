-- Of each case the marks of its family; where no parent is known, those who left one municipality on one day are
-- one.
WITH aliases AS (
    SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY run_no DESC, departure_date) AS recency FROM case_aliases
),
places AS (
    SELECT case_id, municipality_code, run_no, 0 AS is_case FROM control_draws
    UNION ALL SELECT case_id, municipality_code, run_no, 1 AS is_case FROM case_states
),
newest AS (
    SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY is_case DESC, run_no DESC) AS recency FROM places
)
SELECT case_id, family_mark FROM case_families
UNION ALL
SELECT aliases.case_id, newest.municipality_code || ' ' || aliases.departure_date
FROM aliases INNER JOIN newest ON aliases.case_id = newest.case_id
WHERE aliases.recency = 1 AND newest.recency = 1
    AND aliases.case_id NOT IN (SELECT case_id FROM case_families)
ORDER BY case_id, family_mark
