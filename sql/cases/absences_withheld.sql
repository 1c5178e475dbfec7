-- Grain: one child on no school list of whom a reason was known from the start, so that no case began; for the counts alone.
SELECT
    absences.municipality_code,
    absences.is_confidential AS is_sealed,
    suppressors.suppressor_code
FROM facts_absences AS absences
INNER JOIN rules_absences AS evidence ON absences.absence_id = evidence.absence_id
INNER JOIN cases_absence_suppressors AS suppressors ON absences.absence_id = suppressors.absence_id
WHERE absences.absence_id NOT IN (SELECT absence_id FROM cases_absences_found)
