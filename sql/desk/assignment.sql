SELECT name, assigned_by, assigned_at FROM assignments WHERE case_id = :case_id
