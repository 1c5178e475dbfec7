-- What an evaluation needs and the ledger did not keep.

-- Departures without a sign that a run drew by chance, for people to look at as well (the control sample). The two counts say
-- how likely each was to be drawn, by which an estimate weighs it. One that gets a sign later is a case under the same number.

CREATE TABLE control_draws (
    case_id TEXT PRIMARY KEY REFERENCES cases DEFERRABLE INITIALLY DEFERRED,
    run_no INTEGER NOT NULL REFERENCES runs DEFERRABLE INITIALLY DEFERRED,
    municipality_code TEXT NOT NULL,
    is_sealed INTEGER NOT NULL,
    n_drawn INTEGER NOT NULL,         -- departures drawn together: one municipality, one month, sealed or not
    n_frame INTEGER NOT NULL          -- departures that they were drawn from
) STRICT;

-- With how many points a case stood on the list when its line was written, in hundredths; what a case later turned out to be is
-- held against it.
ALTER TABLE case_states ADD COLUMN points INTEGER;

-- Two workbooks handed in together that both decided on one case: how far people agree is seen from these alone.
CREATE TABLE decision_pairs (
    case_id TEXT NOT NULL REFERENCES cases DEFERRABLE INITIALLY DEFERRED,
    file_sha256 TEXT NOT NULL,
    other_sha256 TEXT NOT NULL,       -- the larger of the two
    outcome_code TEXT NOT NULL,
    other_outcome_code TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    PRIMARY KEY (case_id, file_sha256, other_sha256)
) STRICT;
