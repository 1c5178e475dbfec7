INSERT INTO notes (case_id, name, written_at, expires_on, sealed) VALUES (:case_id, :name, :at, :expires_on, :sealed)
