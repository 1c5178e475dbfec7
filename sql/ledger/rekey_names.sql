-- Old and new pseudonyms, as long as the ledger is brought under another key.
CREATE TEMP TABLE renamed (old TEXT PRIMARY KEY, new TEXT NOT NULL)
