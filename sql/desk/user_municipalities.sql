SELECT municipality_code FROM user_municipalities WHERE name = :name ORDER BY municipality_code
