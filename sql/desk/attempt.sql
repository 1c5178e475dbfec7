INSERT INTO attempts (kind, subject, at) VALUES (:kind, :subject, :at)
