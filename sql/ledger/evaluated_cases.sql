-- Of each case the first time that it was on the list, and how it was drawn, for cases that are ordinary now.
WITH listed AS (
    SELECT states.*, runs.reference_date,
        row_number() OVER (PARTITION BY states.case_id ORDER BY states.run_no) AS place
    FROM case_states AS states INNER JOIN runs ON states.run_no = runs.run_no
    WHERE states.status IN ('new', 'ongoing', 'changed')
),
newest AS (
    SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY run_no DESC) AS recency FROM case_states
)
SELECT cases.case_id, cases.kind, coalesce(newest.municipality_code, draws.municipality_code), listed.reference_date,
    listed.level, listed.points, draws.run_no, draw_runs.reference_date, draws.n_drawn, draws.n_frame,
    draws.municipality_code, draws.stratum, listed.last_sign_on, listed.pieces
FROM cases
LEFT JOIN newest ON cases.case_id = newest.case_id AND newest.recency = 1
LEFT JOIN listed ON cases.case_id = listed.case_id AND listed.place = 1
LEFT JOIN control_draws AS draws ON cases.case_id = draws.case_id
LEFT JOIN runs AS draw_runs ON draws.run_no = draw_runs.run_no
WHERE (listed.case_id IS NOT NULL OR draws.case_id IS NOT NULL)
    AND NOT coalesce(newest.is_sealed, draws.is_sealed) AND NOT coalesce(draws.is_sealed, 0)
ORDER BY cases.case_id
