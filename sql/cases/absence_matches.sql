-- Grain: one absence of tonight that the ledger knows, with the number of its case: by child and date, else the newest case of
-- the child that is not resolved. A child has one absence at a time, so another date is a corrected one.
WITH candidates AS (
    SELECT
        absences.absence_id,
        known.case_id,
        row_number() OVER (
            PARTITION BY absences.absence_id
            ORDER BY aliases.absence_date = absences.absence_date DESC, aliases.run_no DESC, known.case_id
        ) AS preference
    FROM facts_absences AS absences
    INNER JOIN recall_cases AS known ON absences.person_id = known.person_id
    INNER JOIN
        (SELECT case_id, departure_date AS absence_date, run_no FROM recall_aliases) AS aliases
        ON known.case_id = aliases.case_id
    WHERE known.kind = 'absence' AND (aliases.absence_date = absences.absence_date OR known.status <> 'resolved')
)

SELECT absence_id, case_id
FROM candidates
WHERE preference = 1
