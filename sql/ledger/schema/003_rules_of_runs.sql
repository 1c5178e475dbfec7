-- The rules of a run, kept once for all runs that had the same: nearly every night has those of the night before.

CREATE TABLE rule_sets (
    rule_set_no INTEGER PRIMARY KEY,
    rules TEXT NOT NULL               -- JSON: rule code to the hash of its file
) STRICT;
INSERT INTO rule_sets (rules) SELECT rules FROM runs GROUP BY rules ORDER BY min(run_no);

ALTER TABLE runs ADD COLUMN rule_set_no INTEGER REFERENCES rule_sets DEFERRABLE INITIALLY DEFERRED;
UPDATE runs SET rule_set_no = (SELECT rule_set_no FROM rule_sets WHERE rule_sets.rules = runs.rules);
ALTER TABLE runs DROP COLUMN rules;
