SELECT name, second_name FROM asked_reveals WHERE case_id = :case_id AND asked_at > :not_before ORDER BY name
