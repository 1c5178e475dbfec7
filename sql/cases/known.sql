-- Grain: one case of the ledger that this run may say something about: its municipality, or that of the departure it is
-- about now, is in scope. Cases elsewhere are left untouched.
SELECT
    cases.*,
    matches.departure_id
FROM recall_cases AS cases
LEFT JOIN cases_matches AS matches ON cases.case_id = matches.case_id
WHERE
    cases.kind = 'departure'
    AND (
        $is_national
        OR cases.municipality_code IN (SELECT municipality_code FROM settings_scope)
        OR matches.departure_id IN (SELECT departure_id FROM cases_found)
    )
