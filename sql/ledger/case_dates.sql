SELECT aliases.departure_date, min(runs.reference_date)
FROM case_aliases AS aliases INNER JOIN runs ON aliases.run_no = runs.run_no
WHERE aliases.case_id = ? GROUP BY aliases.departure_date ORDER BY min(aliases.run_no), aliases.departure_date
