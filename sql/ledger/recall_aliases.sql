SELECT person_id, departure_date, case_id, run_no FROM (
    SELECT *, row_number() OVER (PARTITION BY person_id, departure_date ORDER BY run_no DESC) AS recency
    FROM case_aliases WHERE run_no < :run_no
) WHERE recency = 1 ORDER BY person_id, departure_date
