-- The list of the last run, in memory alone: made anew when a run was published.
CREATE TABLE night.listed (
    case_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    municipality_code TEXT NOT NULL,
    is_sealed INTEGER NOT NULL,
    is_drawn INTEGER NOT NULL,
    is_listed INTEGER NOT NULL,           -- a case that waits for a person, not one that is suppressed or too weak
    person_id TEXT NOT NULL,
    status TEXT NOT NULL,
    level TEXT NOT NULL,
    rank INTEGER NOT NULL,
    left_on TEXT NOT NULL,                -- the departure, or since when no school is known
    due_on TEXT,
    reason_nl TEXT NOT NULL,
    rule_codes TEXT NOT NULL,
    schools TEXT NOT NULL,                -- codes joined by |
    block_no INTEGER NOT NULL,            -- children of one family who left on one day
    block_size INTEGER NOT NULL,
    block_rank INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX night.listed_by_place ON listed (municipality_code, block_rank, block_no);
-- The whole of each case as JSON, where the run kept it: apart, since a list of thousands reads none of it.
CREATE TABLE night.whole (
    case_id TEXT PRIMARY KEY,
    facts TEXT NOT NULL
) STRICT;
-- Every case that the ledger knows.
CREATE TABLE night.known (case_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
-- Decisions that came into the ledger since that run.
CREATE TABLE night.decided (
    case_id TEXT PRIMARY KEY,
    outcome_code TEXT NOT NULL,
    decided_on TEXT NOT NULL,
    is_over INTEGER NOT NULL,             -- nobody has to do anything more
    due_on TEXT
) STRICT, WITHOUT ROWID;
