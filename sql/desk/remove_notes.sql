DELETE FROM notes WHERE expires_on <= :today
