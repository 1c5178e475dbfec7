DELETE FROM user_roles WHERE name = :name
