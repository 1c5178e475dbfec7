INSERT OR IGNORE INTO user_municipalities VALUES (:name, :municipality_code)
