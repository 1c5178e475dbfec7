WITH newest AS (
    SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY run_no DESC) AS recency
    FROM case_states WHERE run_no < :run_no
),
aliases AS (
    SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY run_no DESC) AS recency
    FROM case_aliases WHERE run_no < :run_no
)
SELECT newest.case_id, aliases.person_id, aliases.departure_date, newest.municipality_code, newest.is_sealed,
    newest.status, newest.level, newest.suppressor_code, newest.opened_on,
    EXISTS (
        SELECT 1 FROM case_states AS earlier
        WHERE earlier.case_id = newest.case_id AND earlier.run_no < :run_no
            AND earlier.status IN ('new', 'ongoing', 'changed')
    ) AS was_listed, cases.kind
FROM newest INNER JOIN aliases ON newest.case_id = aliases.case_id
INNER JOIN cases ON newest.case_id = cases.case_id
WHERE newest.recency = 1 AND aliases.recency = 1
ORDER BY newest.case_id
