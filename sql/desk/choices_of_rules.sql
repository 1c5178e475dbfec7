SELECT DISTINCT rule_codes, schools FROM night.listed WHERE is_listed AND is_sealed = :is_sealed
    AND municipality_code IN (SELECT municipality_code FROM user_municipalities WHERE name = :name)
