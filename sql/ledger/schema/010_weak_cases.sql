-- A case may be too weak to ask about: it has a status of its own. SQLite changes no check in place, so the table is made anew.
CREATE TABLE case_states_next (
    case_id TEXT NOT NULL REFERENCES cases DEFERRABLE INITIALLY DEFERRED,
    run_no INTEGER NOT NULL REFERENCES runs DEFERRABLE INITIALLY DEFERRED,
    status TEXT NOT NULL
        CHECK (status IN ('new', 'ongoing', 'changed', 'suppressed', 'weak', 'resolved', 'lapsed', 'closed')),
    level TEXT,
    suppressor_code TEXT,
    municipality_code TEXT NOT NULL,
    is_sealed INTEGER NOT NULL,
    last_sign_on TEXT,
    opened_on TEXT,                   -- since when it stands on the list this time
    reason TEXT NOT NULL,             -- codes joined by |
    points INTEGER,                   -- hundredths; before version 10 those of another way of weighing
    pieces TEXT,                      -- codes of what weighed for and against, joined by |
    PRIMARY KEY (case_id, run_no)
) STRICT;
INSERT INTO case_states_next
SELECT case_id, run_no, status, level, suppressor_code, municipality_code, is_sealed, last_sign_on, opened_on, reason, NULL, NULL
FROM case_states;
DROP TABLE case_states;
ALTER TABLE case_states_next RENAME TO case_states;

-- Which cases are drawn for people to look at: departures without a sign, and cases that are too weak to ask about. How many were
-- drawn out of how many is of one stratum.
ALTER TABLE control_draws ADD COLUMN stratum TEXT NOT NULL DEFAULT 'no_sign' CHECK (stratum IN ('no_sign', 'weak'));
