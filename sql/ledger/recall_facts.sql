SELECT case_id, facts FROM (
    SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY run_no DESC) AS recency
    FROM case_facts WHERE run_no < :run_no
) WHERE recency = 1 ORDER BY case_id
