-- What the ledger keeps about sources that are silent and about secrecy that disappears.

-- What the register said of the child of a case, so that a night on which its rows are missing changes nothing: what a list shows of
-- the departure or absence, with the bounds of the compulsory window. One row for each change.
CREATE TABLE case_facts (
    case_id TEXT NOT NULL REFERENCES cases DEFERRABLE INITIALLY DEFERRED,
    run_no INTEGER NOT NULL REFERENCES runs DEFERRABLE INITIALLY DEFERRED,
    facts TEXT NOT NULL,              -- JSON
    PRIMARY KEY (case_id, run_no)
) STRICT;

-- Of which source a case has signs that it no longer delivers, since when; an empty source is the register itself.
CREATE TABLE silences (
    case_id TEXT NOT NULL REFERENCES cases DEFERRABLE INITIALLY DEFERRED,
    source TEXT NOT NULL,
    since_on TEXT NOT NULL,
    first_run_no INTEGER NOT NULL REFERENCES runs DEFERRABLE INITIALLY DEFERRED,
    gone_run_no INTEGER REFERENCES runs DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (case_id, source, first_run_no)
) STRICT;

-- Children under secrecy ('sealed'), and those of whom one delivery said otherwise since ('doubted'): the next one decides.
CREATE TABLE secrecy (
    person_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sealed', 'doubted')),
    first_run_no INTEGER NOT NULL REFERENCES runs DEFERRABLE INITIALLY DEFERRED,
    gone_run_no INTEGER REFERENCES runs DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (person_id, state, first_run_no)
) STRICT;
INSERT INTO secrecy (person_id, state, first_run_no)
SELECT aliases.person_id, 'sealed', max(known.run_no)
FROM (
    SELECT case_id, run_no, is_sealed, row_number() OVER (PARTITION BY case_id ORDER BY run_no DESC) AS recency
    FROM case_states
    UNION ALL
    SELECT case_id, run_no, is_sealed, 1 AS recency FROM control_draws
) AS known
INNER JOIN case_aliases AS aliases ON known.case_id = aliases.case_id
WHERE known.recency = 1 AND known.is_sealed
GROUP BY aliases.person_id;

-- The named values of a sign's sentence, where the sign may have to be told again without its rows.
ALTER TABLE case_evidence ADD COLUMN facts TEXT;
