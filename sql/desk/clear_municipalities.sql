DELETE FROM user_municipalities WHERE name = :name
