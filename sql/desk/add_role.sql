INSERT OR IGNORE INTO user_roles VALUES (:name, :role)
