INSERT INTO users (name, password_hash, subject, created_at) VALUES (:name, :password_hash, :subject, :at)
ON CONFLICT (name) DO UPDATE SET password_hash = coalesce(:password_hash, password_hash), subject = coalesce(:subject, subject)
