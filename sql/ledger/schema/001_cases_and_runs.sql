-- What a municipality remembers between nights. Rows are added by runs and never changed, but for the run in which
-- something ended (`gone_run_no`): so the state before any run can be read, and the newest run can be taken back.

CREATE TABLE runs (
    run_no INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL UNIQUE,
    delivery_id TEXT NOT NULL,
    manifest_sha256 TEXT NOT NULL,
    reference_date TEXT NOT NULL,
    scope TEXT NOT NULL,              -- municipality codes as a JSON list; ["national"]
    pseudonym_key_id TEXT NOT NULL,
    configuration TEXT NOT NULL,      -- fingerprint
    rules TEXT NOT NULL,              -- JSON: rule code to the hash of its file
    measures TEXT NOT NULL,           -- JSON: table to the number of rows delivered
    accepted_drift TEXT,              -- why a person let a much smaller delivery pass
    enrolment_memory TEXT             -- file beside the ledger that holds the school lists remembered
) STRICT;

CREATE TABLE cases (
    case_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('departure', 'absence')),
    first_run_no INTEGER NOT NULL REFERENCES runs DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- Whom and which departure a case is about; a corrected date adds a row, the newest one is what it is now.
CREATE TABLE case_aliases (
    person_id TEXT NOT NULL,
    departure_date TEXT NOT NULL,     -- as delivered, unknown parts 00
    case_id TEXT NOT NULL REFERENCES cases DEFERRABLE INITIALLY DEFERRED,
    run_no INTEGER NOT NULL REFERENCES runs DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (person_id, departure_date, run_no)
) STRICT;
CREATE INDEX case_aliases_by_case ON case_aliases (case_id);

-- One row for each change of a case; a night that changes nothing adds none.
CREATE TABLE case_states (
    case_id TEXT NOT NULL REFERENCES cases DEFERRABLE INITIALLY DEFERRED,
    run_no INTEGER NOT NULL REFERENCES runs DEFERRABLE INITIALLY DEFERRED,
    status TEXT NOT NULL
        CHECK (status IN ('new', 'ongoing', 'changed', 'suppressed', 'resolved', 'lapsed', 'closed')),
    level TEXT,
    suppressor_code TEXT,
    municipality_code TEXT NOT NULL,
    is_sealed INTEGER NOT NULL,
    last_sign_on TEXT,
    opened_on TEXT,                   -- since when it stands on the list this time
    reason TEXT NOT NULL,             -- codes joined by |
    PRIMARY KEY (case_id, run_no)
) STRICT;

-- The signs a case rested on, from the run that first saw one to the run that no longer did.
CREATE TABLE case_evidence (
    case_id TEXT NOT NULL REFERENCES cases DEFERRABLE INITIALLY DEFERRED,
    rule_code TEXT NOT NULL,
    source TEXT NOT NULL,
    sign_key TEXT NOT NULL,           -- what makes it the same sign on another night
    event_on TEXT NOT NULL,
    is_context INTEGER NOT NULL,
    first_run_no INTEGER NOT NULL REFERENCES runs DEFERRABLE INITIALLY DEFERRED,
    gone_run_no INTEGER REFERENCES runs DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (case_id, rule_code, source, sign_key, first_run_no)
) STRICT;

-- What people decided; filled from reviewed workbooks, never by a run.
CREATE TABLE decisions (
    decision_no INTEGER PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases DEFERRABLE INITIALLY DEFERRED,
    outcome_code TEXT NOT NULL,
    reason_code TEXT,
    decided_on TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    file_sha256 TEXT NOT NULL
) STRICT;
CREATE INDEX decisions_by_case ON decisions (case_id);

-- Open address inquiries whose start the register does not tell: since when we have seen them.
CREATE TABLE inquiries (
    person_id TEXT NOT NULL,
    first_seen_on TEXT NOT NULL,
    first_run_no INTEGER NOT NULL REFERENCES runs DEFERRABLE INITIALLY DEFERRED,
    gone_run_no INTEGER REFERENCES runs DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (person_id, first_run_no)
) STRICT;
