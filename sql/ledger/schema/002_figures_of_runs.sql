-- What the history in report.html shows of a run and `runs` does not hold. A run of before this version has neither.

CREATE TABLE run_figures (
    run_no INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    listed INTEGER NOT NULL           -- cases on the lists, children under secrecy apart
) STRICT;

-- Apart from all else: no two runs take equally long, and nothing on a list follows from it.
CREATE TABLE run_durations (
    run_no INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    seconds REAL NOT NULL
) STRICT;
