-- What is the desk's own. Decisions that count are in the ledger; nothing here is read by a night.

CREATE TABLE users (
    name TEXT PRIMARY KEY COLLATE nocase, -- stands with decisions, notes and lines of the audit log
    password_hash TEXT,                   -- empty for who signs in elsewhere
    subject TEXT UNIQUE,                  -- who it is there: issuer and number
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE user_roles (
    name TEXT NOT NULL COLLATE nocase REFERENCES users ON DELETE CASCADE,
    role TEXT NOT NULL,
    PRIMARY KEY (name, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_municipalities (
    name TEXT NOT NULL COLLATE nocase REFERENCES users ON DELETE CASCADE,
    municipality_code TEXT NOT NULL,
    PRIMARY KEY (name, municipality_code)
) STRICT, WITHOUT ROWID;

-- A session begins before somebody signs in, without a name, and then gets another token.
CREATE TABLE sessions (
    token_sha256 TEXT PRIMARY KEY,
    name TEXT COLLATE nocase REFERENCES users ON DELETE CASCADE,
    csrf_token TEXT NOT NULL,
    began_at INTEGER NOT NULL,            -- seconds since 1970
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What may be tried a number of times only.
CREATE TABLE attempts (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX attempts_by_subject ON attempts (kind, subject, at);

CREATE TABLE assignments (
    case_id TEXT PRIMARY KEY,
    name TEXT NOT NULL COLLATE nocase REFERENCES users ON DELETE CASCADE,
    assigned_by TEXT NOT NULL,
    assigned_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- With whom contact was sought; codes of brp_signals.desk.contacts, no free text.
CREATE TABLE contacts (
    contact_no INTEGER PRIMARY KEY,
    case_id TEXT NOT NULL,
    on_day TEXT NOT NULL,
    way_code TEXT NOT NULL,
    result_code TEXT NOT NULL,
    name TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX contacts_by_case ON contacts (case_id);

CREATE TABLE notes (
    note_no INTEGER PRIMARY KEY,
    case_id TEXT NOT NULL,
    name TEXT NOT NULL,
    written_at TEXT NOT NULL,
    expires_on TEXT NOT NULL,
    sealed BLOB NOT NULL                  -- an age file for the municipality's identity
) STRICT;
CREATE INDEX notes_by_case ON notes (case_id);

-- Who asks to be shown a child where a second person must agree, and who agreed.
CREATE TABLE asked_reveals (
    case_id TEXT NOT NULL,
    name TEXT NOT NULL COLLATE nocase REFERENCES users ON DELETE CASCADE,
    asked_at TEXT NOT NULL,
    second_name TEXT,
    PRIMARY KEY (case_id, name)
) STRICT, WITHOUT ROWID;

-- Decisions on their way to the ledger, and what became of them: a night may hold the ledger, so that each waits here first.
CREATE TABLE decisions (
    decision_no INTEGER PRIMARY KEY,
    case_id TEXT NOT NULL,
    municipality_code TEXT NOT NULL,
    is_sealed INTEGER NOT NULL,
    outcome_code TEXT NOT NULL,
    reason_code TEXT NOT NULL,
    is_over INTEGER NOT NULL,             -- nobody has to do anything more
    decided_on TEXT NOT NULL,
    name TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    seen TEXT NOT NULL,                   -- mark of the decision of the ledger that the person had seen
    mark TEXT NOT NULL UNIQUE,            -- by which the ledger knows this one: 64 hex characters
    state TEXT NOT NULL
        CHECK (state IN ('asked', 'waiting', 'taken', 'crossed', 'refused', 'undoing', 'undone')),
    second_name TEXT,                     -- who confirmed or refused, where a second person is needed
    ended_by TEXT,                        -- who took it back
    ended_at TEXT
) STRICT;
CREATE INDEX decisions_by_case ON decisions (case_id);
