SELECT name FROM users WHERE subject = :subject
