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
