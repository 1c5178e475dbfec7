-- The decision that holds now, of every case that people decided on.
SELECT decisions.case_id, decisions.outcome_code, decisions.reason_code, decisions.decided_on, decisions.imported_at,
    decisions.file_sha256, decided_by.decided_by
FROM decisions LEFT JOIN decided_by USING (decision_no)
WHERE decisions.decision_no IN (SELECT max(decision_no) FROM decisions GROUP BY case_id)
