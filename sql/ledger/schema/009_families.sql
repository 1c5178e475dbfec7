-- Which cases are of one family: siblings leave, and are listed and decided on, together, so an evaluation may not count them as
-- if each said something of its own.

-- A mark is a hash of the pseudonym of a parent, so it is keyed as that is and tells no parent; cases that share one are siblings.
-- A rotation of the key puts marks that mean nothing in their place, and keeps who belongs together.
CREATE TABLE case_families (
    case_id TEXT NOT NULL REFERENCES cases DEFERRABLE INITIALLY DEFERRED,
    family_mark TEXT NOT NULL,
    run_no INTEGER NOT NULL REFERENCES runs DEFERRABLE INITIALLY DEFERRED, -- the first run that saw it
    PRIMARY KEY (case_id, family_mark)
) STRICT;
