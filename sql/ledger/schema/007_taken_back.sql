-- Runs that people took back, so that what they published is not shown again, and an auditor can ask.
CREATE TABLE taken_back (
    run_id TEXT PRIMARY KEY,
    delivery_id TEXT NOT NULL,
    reference_date TEXT NOT NULL,
    taken_back_at TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
