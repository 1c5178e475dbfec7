DELETE FROM users WHERE name = :name
