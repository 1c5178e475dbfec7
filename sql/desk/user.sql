SELECT name, password_hash FROM users WHERE name = :name
