INSERT INTO sessions (token_sha256, name, csrf_token, began_at, seen_at) VALUES (:token, :name, :csrf, :at, :at)
