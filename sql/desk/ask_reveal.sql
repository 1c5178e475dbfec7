INSERT INTO asked_reveals (case_id, name, asked_at) VALUES (:case_id, :name, :at)
ON CONFLICT (case_id, name) DO UPDATE SET asked_at = :at, second_name = NULL
