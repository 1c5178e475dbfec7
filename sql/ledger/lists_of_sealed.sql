-- From the first run that had a case on the ordinary side, as a case or as a draw, to the one that sealed it.
WITH sides AS (
    SELECT case_id, run_no, municipality_code, is_sealed FROM case_states
    UNION ALL SELECT case_id, run_no, municipality_code, is_sealed FROM control_draws
    UNION ALL
    SELECT aliases.case_id, secrecy.first_run_no, '', 1
    FROM secrecy INNER JOIN case_aliases AS aliases ON secrecy.person_id = aliases.person_id
    WHERE secrecy.state = 'sealed' AND secrecy.gone_run_no IS NULL
),
newest AS (
    SELECT case_id,
        max(run_no) FILTER (WHERE NOT is_sealed) AS ordinary_no,
        max(run_no) FILTER (WHERE is_sealed) AS sealed_no
    FROM sides GROUP BY case_id
),
shown AS (
    SELECT sides.case_id, sides.municipality_code, min(sides.run_no) AS from_no, newest.ordinary_no
    FROM sides INNER JOIN newest ON sides.case_id = newest.case_id
    WHERE NOT sides.is_sealed AND newest.sealed_no > newest.ordinary_no
    GROUP BY sides.case_id, sides.municipality_code
)
SELECT DISTINCT runs.run_id, shown.municipality_code
FROM shown INNER JOIN runs ON runs.run_no >= shown.from_no AND runs.run_no < (
    SELECT min(run_no) FROM sides
    WHERE sides.case_id = shown.case_id AND sides.is_sealed AND sides.run_no > shown.ordinary_no
)
ORDER BY runs.run_id, shown.municipality_code
