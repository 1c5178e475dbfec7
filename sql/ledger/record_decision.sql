INSERT INTO decisions (case_id, outcome_code, reason_code, decided_on, imported_at, file_sha256)
VALUES (?, ?, nullif(?, ''), ?, ?, ?)
