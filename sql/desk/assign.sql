INSERT INTO assignments VALUES (:case_id, :name, :by, :at)
ON CONFLICT (case_id) DO UPDATE SET name = :name, assigned_by = :by, assigned_at = :at
