SELECT name, csrf_token FROM sessions WHERE token_sha256 = :token AND seen_at > :idle_after AND began_at > :began_after
