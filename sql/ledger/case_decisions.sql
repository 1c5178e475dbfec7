SELECT outcome_code, reason_code, decided_on, imported_at, file_sha256, decided_by
FROM decisions LEFT JOIN decided_by USING (decision_no)
WHERE case_id = ? ORDER BY decision_no
