-- Grain: one absence that is a case: no suppressor holds, or the ledger knows it. Who has a reason from the start never becomes
-- one. Children under a secrecy indication are marked `is_sealed` and go to the sealed list only.
SELECT
    absences.absence_id,
    absences.person_id,
    absences.absence_date,
    absences.municipality_code,
    absences.since_on,
    absences.withdrawn_on,
    absences.duty_until,
    absences.leerplicht_until,
    absences.is_confidential AS is_sealed,
    evidence.rule_code,
    evidence.source,
    evidence.event_on,
    evidence.facts,
    suppressors.suppressor_code,
    suppressors.suppressor_codes
FROM facts_absences AS absences
INNER JOIN rules_absences AS evidence ON absences.absence_id = evidence.absence_id
LEFT JOIN cases_absence_suppressors AS suppressors ON absences.absence_id = suppressors.absence_id
LEFT JOIN cases_absence_matches AS matches ON absences.absence_id = matches.absence_id
WHERE suppressors.absence_id IS NULL OR matches.case_id IS NOT NULL
