INSERT INTO assignments VALUES (:case_id, :name, :assigned_by, :at)
ON CONFLICT (case_id) DO UPDATE SET name = :name, assigned_by = :assigned_by, assigned_at = :at
