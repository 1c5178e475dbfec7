-- Grain: one child of an absence case of whom the rows of tonight are missing or cannot all be read: what the ledger remembers of it
-- holds.
SELECT person_id
FROM stage_expected_absences
WHERE
    person_id NOT IN (SELECT person_id FROM stage_absent)
    OR person_id NOT IN (SELECT person_id FROM stage_absence_residences)
    OR person_id IN (SELECT person_id FROM stage_absence_enrolments WHERE is_faulty)
