-- Not at every request: a minute is near enough.
UPDATE sessions SET seen_at = :at WHERE token_sha256 = :token AND seen_at < :at - 60
