-- Drawn departures that the list of the control sample shows no more, since which run; `gone_run_no` is the run that showed one again.
CREATE TABLE sample_left (
    case_id TEXT NOT NULL REFERENCES cases DEFERRABLE INITIALLY DEFERRED,
    first_run_no INTEGER NOT NULL REFERENCES runs DEFERRABLE INITIALLY DEFERRED,
    gone_run_no INTEGER REFERENCES runs DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (case_id, first_run_no)
) STRICT;
-- Which of the earlier ones are still shown nobody knows: the next run says so of each that is, and names none that is not.
INSERT INTO sample_left (case_id, first_run_no) SELECT case_id, run_no FROM control_draws;
