-- Grain: one absence case of the ledger that this run may say something about: its municipality, or that of its child now, is in
-- scope.
SELECT
    cases.*,
    matches.absence_id AS departure_id
FROM recall_cases AS cases
LEFT JOIN cases_absence_matches AS matches ON cases.case_id = matches.case_id
WHERE
    cases.kind = 'absence'
    AND (
        $is_national
        OR cases.municipality_code IN (SELECT municipality_code FROM settings_scope)
        OR matches.absence_id IN (SELECT absence_id FROM cases_absences_found)
    )
