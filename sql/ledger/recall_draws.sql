-- Whom a draw is about is what it was about when it was drawn: a corrected date makes another departure of it.
SELECT draws.case_id, aliases.person_id, aliases.departure_date, draws.municipality_code, draws.is_sealed,
    draws.n_drawn, draws.n_frame, draws.stratum, runs.reference_date,
    EXISTS (
        SELECT 1 FROM sample_left
        WHERE sample_left.case_id = draws.case_id AND first_run_no < :run_no
            AND (gone_run_no IS NULL OR gone_run_no >= :run_no)
    ) AS is_left
FROM control_draws AS draws
INNER JOIN runs ON draws.run_no = runs.run_no
INNER JOIN case_aliases AS aliases ON draws.case_id = aliases.case_id AND aliases.run_no = (
    SELECT max(run_no) FROM case_aliases WHERE case_id = draws.case_id AND run_no <= draws.run_no
)
WHERE draws.run_no < :run_no ORDER BY draws.case_id
