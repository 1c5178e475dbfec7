DELETE FROM sessions WHERE name = :name
