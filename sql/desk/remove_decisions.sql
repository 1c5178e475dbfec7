-- What still has to come into the ledger, or waits for a second person, stays.
DELETE FROM decisions WHERE decided_at < :not_before AND state NOT IN ('asked', 'waiting', 'undoing')
