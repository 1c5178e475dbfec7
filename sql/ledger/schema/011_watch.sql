-- What the watch holds a night against: numbers of lists, sources and the register, none of them about a person.

CREATE TABLE watch_series (
    series_no INTEGER PRIMARY KEY,
    subject_kind TEXT NOT NULL,       -- school, source, municipality, table, code
    subject TEXT NOT NULL,
    source TEXT NOT NULL,
    measure TEXT NOT NULL,
    scope TEXT NOT NULL,              -- of deliveries of these municipalities, as in runs
    UNIQUE (subject_kind, subject, source, measure, scope)
) STRICT;

-- A value is written when it is another than the time before; an empty one says that it was there no more. `on_day` counts days since
-- 2000-01-01: of a school list its own day, of anything else the reference date.
CREATE TABLE watch_values (
    series_no INTEGER NOT NULL REFERENCES watch_series,
    run_no INTEGER NOT NULL,
    on_day INTEGER NOT NULL,
    value REAL,
    PRIMARY KEY (series_no, run_no)
) STRICT, WITHOUT ROWID;

-- Changes that were found, from the run that found one to the run that found it no more.
CREATE TABLE watch_alarms (
    alarm_id TEXT NOT NULL,
    detector TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    source TEXT NOT NULL,
    measure TEXT NOT NULL,
    check_name TEXT NOT NULL,
    first_on TEXT NOT NULL,
    list_on TEXT NOT NULL,            -- the day of the list or delivery that first showed it
    value REAL NOT NULL,
    usual REAL,
    scope TEXT NOT NULL,
    first_run_no INTEGER NOT NULL,
    gone_run_no INTEGER,
    PRIMARY KEY (alarm_id, first_run_no)
) STRICT;

-- What a run told people of the changes that stand: numbers of lists, sources and the register, as its run.json has them.
CREATE TABLE watch_told (
    run_no INTEGER PRIMARY KEY,
    told TEXT NOT NULL
) STRICT;

-- What a person said of an alarm: it is as it should be, and what is usual begins with it.
CREATE TABLE watch_acknowledged (
    alarm_id TEXT PRIMARY KEY,
    acknowledged_at TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
