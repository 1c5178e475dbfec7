-- Who took a decision, as a name or a role of staff. Apart from the decision, since it is kept for a shorter term.

CREATE TABLE decided_by (
    decision_no INTEGER PRIMARY KEY REFERENCES decisions ON DELETE CASCADE,
    decided_by TEXT NOT NULL
) STRICT;
