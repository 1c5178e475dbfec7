SELECT name FROM users ORDER BY name
