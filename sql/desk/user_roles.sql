SELECT role FROM user_roles WHERE name = :name ORDER BY role
