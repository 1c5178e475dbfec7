-- Children under secrecy, with the delivery (its manifest, its reference date) that said otherwise since, if one did.
WITH held AS (
    SELECT * FROM secrecy WHERE first_run_no < :run_no AND (gone_run_no IS NULL OR gone_run_no >= :run_no)
)
SELECT sealed.person_id, runs.manifest_sha256, runs.reference_date
FROM held AS sealed
LEFT JOIN held AS doubted ON sealed.person_id = doubted.person_id AND doubted.state = 'doubted'
LEFT JOIN runs ON doubted.first_run_no = runs.run_no
WHERE sealed.state = 'sealed' ORDER BY sealed.person_id
