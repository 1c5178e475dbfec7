"""The ledger: the small SQLite database in the state folder that remembers runs, cases and decisions.

Only this module speaks to SQLite. A run reads what stood there before it (`recall`) and, when its output is ready,
writes everything it adds in one transaction (`record`). A rerun of the newest run first takes that run back.
"""

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from brp_signals.base.dates import case_date
from brp_signals.base.errors import InternalFailure, SignalsError, UsageProblem
from brp_signals.base.statuses import OVER
from brp_signals.base.unfinished import start_file
from brp_signals.base.warehouse import resource

FILE: Final = "ledger.sqlite3"
BACKUPS: Final = "backups"
_FINGERPRINT_LENGTH: Final = 8
#: Beginning of the names of enrolment memories, the files beside the ledger of which its newest run names one.
MEMORY_PREFIX: Final = "enrolment_memory-"
SCHEMA: Final = resource("sql") / "ledger" / "schema"
NATIONAL: Final = ("national",)

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Run:
    """One published run. `scope` holds municipality codes, or `NATIONAL`; `measures` are rows delivered per table.

    `listed` are the cases on its lists (children under secrecy apart), `seconds` is how long it took; a run of before
    the ledger kept these has None.
    """

    run_no: int
    run_id: str
    delivery_id: str
    manifest_sha256: str
    reference_date: date
    scope: tuple[str, ...]
    pseudonym_key_id: str
    configuration: str
    rules: dict[str, str]
    measures: dict[str, int]
    accepted_drift: str | None = None
    enrolment_memory: str | None = None
    listed: int | None = None
    seconds: float | None = None

    @property
    def identity(self) -> tuple[Any, ...]:
        """What makes a later run the same run once more: it then takes this one's place."""
        return (self.manifest_sha256, self.reference_date, self.configuration, self.rules)

    def covers(self, municipality_code: str) -> bool:
        """Whether that municipality was in scope."""
        return self.scope == NATIONAL or municipality_code in self.scope


@dataclass(frozen=True)
class Additions:
    """What one run adds to the ledger, as rows in the order of the columns named in `_INSERTS`."""

    cases: Rows = ()
    aliases: Rows = ()
    states: Rows = ()
    signs: Rows = ()
    sign_facts: Rows = ()
    signs_gone: Rows = ()
    inquiries: Rows = ()
    inquiries_gone: Rows = ()
    draws: Rows = ()
    sample_left: Rows = ()
    sample_left_gone: Rows = ()
    facts: Rows = ()
    silences: Rows = ()
    silences_gone: Rows = ()
    secrecy: Rows = ()
    secrecy_gone: Rows = ()
    families: Rows = ()


@dataclass(frozen=True)
class Memory:
    """What the ledger knew before a run: rows for the `recall_*` tables of steps.recall."""

    cases: Rows = field(default=())
    aliases: Rows = field(default=())
    evidence: Rows = field(default=())
    decisions: Rows = field(default=())
    inquiries: Rows = field(default=())
    draws: Rows = field(default=())
    facts: Rows = field(default=())
    silences: Rows = field(default=())
    secrecy: Rows = field(default=())


@dataclass(frozen=True)
class Evaluated:
    """What an evaluation reads: `cases` are ordinary ones, the other rows belong to any case, by number.

    `brp_signals.evaluation.decided` says what they mean.
    """

    cases: Rows
    signs: Rows
    decisions: Rows
    pairs: Rows
    families: Rows


@dataclass(frozen=True)
class DecisionPair:
    """What two workbooks that were handed in together said of one case."""

    case_id: str
    file_sha256: str
    other_sha256: str
    outcome_code: str
    other_outcome_code: str
    imported_at: str


@dataclass(frozen=True)
class Position:
    """Where a case stands now: its kind, whose it is, whether it is sealed, the date of the run that first knew it."""

    kind: str
    municipality_code: str
    is_sealed: bool
    first_seen_on: date


@dataclass(frozen=True)
class Decision:
    """What people decided about a case, and when and from which file (its SHA-256) that came.

    `reason_code` may be empty; `decided_by` is a name or role of staff, empty when it is not known or over its term.
    """

    case_id: str
    outcome_code: str
    reason_code: str
    decided_on: date
    imported_at: str
    file_sha256: str
    decided_by: str = ""

    @property
    def fingerprint(self) -> str:
        """So much of the file's hash as tells it from the others, for people."""
        return self.file_sha256[:_FINGERPRINT_LENGTH]


@dataclass(frozen=True)
class Entry:
    """One line of a case's history."""

    reference_date: date
    status: str
    level: str
    suppressor_code: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class HeldSign:
    """One sign that a case rests or rested on: seen by the runs of `first_seen_on` up to, not with, `gone_on`."""

    rule_code: str
    source: str
    event_on: date
    is_context: bool
    first_seen_on: date
    gone_on: date | None


@dataclass(frozen=True)
class Held:
    """What is kept of one case beside its history: its dates as delivered with the run that first had each, its signs,
    and the day it was drawn for the control sample with the stratum that it was drawn from, if it was.

    Empty for an unknown case and for a child under secrecy.
    """

    dates: tuple[tuple[str, date], ...] = ()
    signs: tuple[HeldSign, ...] = ()
    drawn_on: date | None = None
    stratum: str = ""


_INSERT_RUN: Final = """
INSERT INTO runs (
    run_no, run_id, delivery_id, manifest_sha256, reference_date, scope, pseudonym_key_id, configuration, measures,
    accepted_drift, enrolment_memory, rule_set_no
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_INSERTS: Final = {
    "cases": "INSERT OR IGNORE INTO cases (case_id, kind, first_run_no) VALUES (?, ?, :run_no)",
    "aliases": "INSERT INTO case_aliases (person_id, departure_date, case_id, run_no) VALUES (?, ?, ?, :run_no)",
    "states": (
        "INSERT INTO case_states (case_id, status, level, suppressor_code, municipality_code, is_sealed, "
        "last_sign_on, opened_on, reason, points, pieces, run_no) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, :run_no)"
    ),
    "signs": (
        "INSERT INTO case_evidence (case_id, rule_code, source, sign_key, event_on, is_context, first_run_no) "
        "VALUES (?, ?, ?, ?, ?, ?, :run_no)"
    ),
    "sign_facts": (
        "UPDATE case_evidence SET facts = ? "
        "WHERE case_id = ? AND rule_code = ? AND source = ? AND sign_key = ? AND first_run_no = :run_no"
    ),
    "signs_gone": (
        "UPDATE case_evidence SET gone_run_no = :run_no "
        "WHERE case_id = ? AND rule_code = ? AND source = ? AND sign_key = ? AND gone_run_no IS NULL"
    ),
    "inquiries": "INSERT INTO inquiries (person_id, first_seen_on, first_run_no) VALUES (?, ?, :run_no)",
    "inquiries_gone": "UPDATE inquiries SET gone_run_no = :run_no WHERE person_id = ? AND gone_run_no IS NULL",
    "draws": (
        "INSERT INTO control_draws (case_id, municipality_code, is_sealed, n_drawn, n_frame, stratum, run_no) "
        "VALUES (?, ?, ?, ?, ?, ?, :run_no)"
    ),
    "sample_left": "INSERT INTO sample_left (case_id, first_run_no) VALUES (?, :run_no)",
    "sample_left_gone": "UPDATE sample_left SET gone_run_no = :run_no WHERE case_id = ? AND gone_run_no IS NULL",
    "facts": "INSERT INTO case_facts (case_id, facts, run_no) VALUES (?, ?, :run_no)",
    "silences": "INSERT INTO silences (case_id, source, since_on, first_run_no) VALUES (?, ?, ?, :run_no)",
    "silences_gone": (
        "UPDATE silences SET gone_run_no = :run_no WHERE case_id = ? AND source = ? AND gone_run_no IS NULL"
    ),
    "secrecy": "INSERT INTO secrecy (person_id, state, first_run_no) VALUES (?, ?, :run_no)",
    "secrecy_gone": (
        "UPDATE secrecy SET gone_run_no = :run_no WHERE person_id = ? AND state = ? AND gone_run_no IS NULL"
    ),
    "families": "INSERT OR IGNORE INTO case_families (case_id, family_mark, run_no) VALUES (?, ?, :run_no)",
}

#: Rules that no run had any more.
_REMOVE_RULE_SETS: Final = "DELETE FROM rule_sets WHERE rule_set_no NOT IN (SELECT rule_set_no FROM runs)"
#: Takes back everything that one run added; its figures go with its row. A case that people decided on since is kept
#: for its decision.
_TAKE_BACK: Final = (
    "DELETE FROM case_states WHERE run_no = :run_no",
    "DELETE FROM case_facts WHERE run_no = :run_no",
    "DELETE FROM silences WHERE first_run_no = :run_no",
    "UPDATE silences SET gone_run_no = NULL WHERE gone_run_no = :run_no",
    "DELETE FROM control_draws WHERE run_no = :run_no",
    "DELETE FROM sample_left WHERE first_run_no = :run_no",
    "UPDATE sample_left SET gone_run_no = NULL WHERE gone_run_no = :run_no",
    "DELETE FROM case_families WHERE run_no = :run_no",
    "DELETE FROM case_evidence WHERE first_run_no = :run_no",
    "UPDATE case_evidence SET gone_run_no = NULL WHERE gone_run_no = :run_no",
    "DELETE FROM case_aliases WHERE run_no = :run_no",
    "DELETE FROM cases WHERE first_run_no = :run_no AND case_id NOT IN (SELECT case_id FROM decisions) "
    "AND case_id NOT IN (SELECT case_id FROM decision_pairs)",
    "DELETE FROM inquiries WHERE first_run_no = :run_no",
    "UPDATE inquiries SET gone_run_no = NULL WHERE gone_run_no = :run_no",
    "DELETE FROM secrecy WHERE first_run_no = :run_no",
    "UPDATE secrecy SET gone_run_no = NULL WHERE gone_run_no = :run_no",
    "DELETE FROM runs WHERE run_no = :run_no",
    _REMOVE_RULE_SETS,
)

_DEPARTURES: Final = """
SELECT cases.case_id,
    -- An absence may begin long before anybody asks; what counts is when something last changed.
    CASE cases.kind WHEN 'departure' THEN aliases.departure_date ELSE (
        SELECT max(seen.reference_date) FROM case_states INNER JOIN runs AS seen USING (run_no)
        WHERE case_states.case_id = cases.case_id
    ) END,
    runs.reference_date,
    coalesce(
        (SELECT status FROM case_states WHERE case_id = cases.case_id ORDER BY run_no DESC LIMIT 1),
        (SELECT 'drawn' FROM control_draws WHERE case_id = cases.case_id),
        'undecided'
)
FROM cases
INNER JOIN runs ON cases.first_run_no = runs.run_no
LEFT JOIN case_aliases AS aliases ON cases.case_id = aliases.case_id
WHERE cases.case_id NOT IN (SELECT case_id FROM decisions WHERE decided_on >= :decided_before)
"""
#: Everything that belongs to one case; the ledger's keys refuse the whole removal when a table is forgotten here.
_REMOVE_CASE: Final = tuple(
    f"DELETE FROM {table} WHERE case_id = ?"
    for table in (
        "case_evidence",
        "case_facts",
        "case_families",
        "silences",
        "case_states",
        "case_aliases",
        "control_draws",
        "sample_left",
        "decision_pairs",
        "decisions",
        "cases",
    )
)
#: An inquiry that ended is needed by a rerun of the run that saw it end; an open one for as long as its child may have
#: a departure in view, which a case of the child shows.
_REMOVE_INQUIRIES: Final = """
DELETE FROM inquiries
WHERE gone_run_no < (SELECT max(run_no) FROM runs)
    OR (first_seen_on < :departed_before AND person_id NOT IN (SELECT person_id FROM case_aliases))
"""
#: The same of secrecy: what ended is needed by a rerun; of a child that has no case any more the register tells anew.
_REMOVE_SECRECY: Final = """
DELETE FROM secrecy
WHERE gone_run_no < (SELECT max(run_no) FROM runs)
    OR (
        first_run_no IN (SELECT run_no FROM runs WHERE reference_date < :departed_before)
        AND person_id NOT IN (SELECT person_id FROM case_aliases)
    )
"""
#: What was remembered of a child for silent nights goes with the end of its case, and once something newer is.
_REMOVE_FACTS: Final = """
DELETE FROM case_facts
WHERE run_no < (SELECT max(run_no) FROM runs)
    AND (
        EXISTS (
            SELECT 1 FROM case_facts AS newer
            WHERE newer.case_id = case_facts.case_id AND newer.run_no > case_facts.run_no
                AND newer.run_no < (SELECT max(run_no) FROM runs)
        )
        OR (
            SELECT states.status IN ('resolved', 'lapsed', 'closed') AND states.run_no < (SELECT max(run_no) FROM runs)
            FROM case_states AS states WHERE states.case_id = case_facts.case_id ORDER BY states.run_no DESC LIMIT 1
        )
    )
"""
#: The newest run is on show and the one before it is what a rerun starts from.
_REMOVE_RUNS: Final = """
DELETE FROM runs
WHERE reference_date < :runs_before
    AND run_no < (SELECT max(run_no) FROM runs) - 1
    AND run_no NOT IN (SELECT first_run_no FROM cases)
    AND run_no NOT IN (SELECT run_no FROM case_aliases)
    AND run_no NOT IN (SELECT run_no FROM case_states)
    AND run_no NOT IN (SELECT run_no FROM control_draws)
    AND run_no NOT IN (SELECT first_run_no FROM case_evidence)
    AND run_no NOT IN (SELECT gone_run_no FROM case_evidence WHERE gone_run_no IS NOT NULL)
    AND run_no NOT IN (SELECT first_run_no FROM inquiries)
    AND run_no NOT IN (SELECT gone_run_no FROM inquiries WHERE gone_run_no IS NOT NULL)
    AND run_no NOT IN (SELECT run_no FROM case_facts)
    AND run_no NOT IN (SELECT run_no FROM case_families)
    AND run_no NOT IN (SELECT first_run_no FROM silences)
    AND run_no NOT IN (SELECT gone_run_no FROM silences WHERE gone_run_no IS NOT NULL)
    AND run_no NOT IN (SELECT first_run_no FROM sample_left)
    AND run_no NOT IN (SELECT gone_run_no FROM sample_left WHERE gone_run_no IS NOT NULL)
    AND run_no NOT IN (SELECT first_run_no FROM secrecy)
    AND run_no NOT IN (SELECT gone_run_no FROM secrecy WHERE gone_run_no IS NOT NULL)
"""

_RUNS: Final = """
SELECT run_no, run_id, delivery_id, manifest_sha256, reference_date, scope, pseudonym_key_id, configuration, rules,
    measures, accepted_drift, enrolment_memory, listed, seconds
FROM runs
INNER JOIN rule_sets USING (rule_set_no)
LEFT JOIN run_figures USING (run_no)
LEFT JOIN run_durations USING (run_no)
"""
_CASES: Final = """
WITH newest AS (
    SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY run_no DESC) AS recency
    FROM case_states WHERE run_no < :run_no
),
aliases AS (
    SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY run_no DESC) AS recency
    FROM case_aliases WHERE run_no < :run_no
)
SELECT newest.case_id, aliases.person_id, aliases.departure_date, newest.municipality_code, newest.is_sealed,
    newest.status, newest.level, newest.suppressor_code, newest.opened_on,
    EXISTS (
        SELECT 1 FROM case_states AS earlier
        WHERE earlier.case_id = newest.case_id AND earlier.run_no < :run_no
            AND earlier.status IN ('new', 'ongoing', 'changed')
    ) AS was_listed, cases.kind
FROM newest INNER JOIN aliases ON newest.case_id = aliases.case_id
INNER JOIN cases ON newest.case_id = cases.case_id
WHERE newest.recency = 1 AND aliases.recency = 1
ORDER BY newest.case_id
"""
_ALIASES: Final = """
SELECT person_id, departure_date, case_id, run_no FROM (
    SELECT *, row_number() OVER (PARTITION BY person_id, departure_date ORDER BY run_no DESC) AS recency
    FROM case_aliases WHERE run_no < :run_no
) WHERE recency = 1 ORDER BY person_id, departure_date
"""
_EVIDENCE: Final = """
SELECT case_id, rule_code, source, sign_key, event_on, is_context,
    gone_run_no IS NULL OR gone_run_no >= :run_no AS is_open, runs.reference_date, facts
FROM case_evidence INNER JOIN runs ON case_evidence.first_run_no = runs.run_no WHERE first_run_no < :run_no
ORDER BY case_id, rule_code, source, sign_key, first_run_no
"""
_DECISIONS: Final = """
SELECT DISTINCT decisions.case_id, aliases.person_id, aliases.departure_date, decisions.outcome_code,
    decisions.decided_on, decisions.decision_no
FROM decisions INNER JOIN case_aliases AS aliases ON decisions.case_id = aliases.case_id
ORDER BY decisions.decision_no, aliases.person_id, aliases.departure_date
"""
_POSITIONS: Final = """
SELECT cases.case_id, cases.kind, states.municipality_code, states.is_sealed, first_runs.reference_date
FROM cases
INNER JOIN runs AS first_runs ON cases.first_run_no = first_runs.run_no
INNER JOIN case_states AS states ON cases.case_id = states.case_id
WHERE states.run_no = (SELECT max(run_no) FROM case_states WHERE case_id = cases.case_id)
UNION ALL
SELECT draws.case_id, 'departure' AS kind, draws.municipality_code, draws.is_sealed, runs.reference_date
FROM control_draws AS draws INNER JOIN runs ON draws.run_no = runs.run_no
WHERE draws.case_id NOT IN (SELECT case_id FROM case_states)
"""
#: Whom a draw is about is what it was about when it was drawn: a corrected date makes another departure of it.
_DRAWS: Final = """
SELECT draws.case_id, aliases.person_id, aliases.departure_date, draws.municipality_code, draws.is_sealed,
    draws.n_drawn, draws.n_frame, draws.stratum, runs.reference_date,
    EXISTS (
        SELECT 1 FROM sample_left
        WHERE sample_left.case_id = draws.case_id AND first_run_no < :run_no
            AND (gone_run_no IS NULL OR gone_run_no >= :run_no)
    ) AS is_left
FROM control_draws AS draws
INNER JOIN runs ON draws.run_no = runs.run_no
INNER JOIN case_aliases AS aliases ON draws.case_id = aliases.case_id AND aliases.run_no = (
    SELECT max(run_no) FROM case_aliases WHERE case_id = draws.case_id AND run_no <= draws.run_no
)
WHERE draws.run_no < :run_no ORDER BY draws.case_id
"""
#: From the first run that had a case on the ordinary side, as a case or as a draw, to the one that sealed it.
_LISTS_OF_SEALED: Final = """
WITH sides AS (
    SELECT case_id, run_no, municipality_code, is_sealed FROM case_states
    UNION ALL SELECT case_id, run_no, municipality_code, is_sealed FROM control_draws
    UNION ALL
    SELECT aliases.case_id, secrecy.first_run_no, '', 1
    FROM secrecy INNER JOIN case_aliases AS aliases ON secrecy.person_id = aliases.person_id
    WHERE secrecy.state = 'sealed' AND secrecy.gone_run_no IS NULL
),
newest AS (
    SELECT case_id,
        max(run_no) FILTER (WHERE NOT is_sealed) AS ordinary_no,
        max(run_no) FILTER (WHERE is_sealed) AS sealed_no
    FROM sides GROUP BY case_id
),
shown AS (
    SELECT sides.case_id, sides.municipality_code, min(sides.run_no) AS from_no, newest.ordinary_no
    FROM sides INNER JOIN newest ON sides.case_id = newest.case_id
    WHERE NOT sides.is_sealed AND newest.sealed_no > newest.ordinary_no
    GROUP BY sides.case_id, sides.municipality_code
)
SELECT DISTINCT runs.run_id, shown.municipality_code
FROM shown INNER JOIN runs ON runs.run_no >= shown.from_no AND runs.run_no < (
    SELECT min(run_no) FROM sides
    WHERE sides.case_id = shown.case_id AND sides.is_sealed AND sides.run_no > shown.ordinary_no
)
ORDER BY runs.run_id, shown.municipality_code
"""
_CASE_DECISIONS: Final = """
SELECT outcome_code, reason_code, decided_on, imported_at, file_sha256, decided_by
FROM decisions LEFT JOIN decided_by USING (decision_no)
WHERE case_id = ? ORDER BY decision_no
"""
_INSERT_DECISION: Final = """
INSERT INTO decisions (case_id, outcome_code, reason_code, decided_on, imported_at, file_sha256)
VALUES (?, ?, nullif(?, ''), ?, ?, ?)
"""
_REMOVE_NAMES: Final = """
DELETE FROM decided_by
WHERE decision_no IN (SELECT decision_no FROM decisions WHERE decided_on < :named_before)
"""
_CASE_DATES: Final = """
SELECT aliases.departure_date, min(runs.reference_date)
FROM case_aliases AS aliases INNER JOIN runs ON aliases.run_no = runs.run_no
WHERE aliases.case_id = ? GROUP BY aliases.departure_date ORDER BY min(aliases.run_no), aliases.departure_date
"""
_CASE_SIGNS: Final = """
SELECT evidence.rule_code, evidence.source, evidence.event_on, evidence.is_context, first_runs.reference_date,
    gone_runs.reference_date
FROM case_evidence AS evidence
INNER JOIN runs AS first_runs ON evidence.first_run_no = first_runs.run_no
LEFT JOIN runs AS gone_runs ON evidence.gone_run_no = gone_runs.run_no
WHERE evidence.case_id = ?
ORDER BY evidence.event_on, evidence.rule_code, evidence.source, evidence.first_run_no, evidence.sign_key
"""
_INQUIRIES: Final = """
SELECT person_id, first_seen_on FROM inquiries
WHERE first_run_no < :run_no AND (gone_run_no IS NULL OR gone_run_no >= :run_no) ORDER BY person_id
"""
_FACTS: Final = """
SELECT case_id, facts FROM (
    SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY run_no DESC) AS recency
    FROM case_facts WHERE run_no < :run_no
) WHERE recency = 1 ORDER BY case_id
"""
_SILENCES: Final = """
SELECT case_id, source, since_on FROM silences
WHERE first_run_no < :run_no AND (gone_run_no IS NULL OR gone_run_no >= :run_no) ORDER BY case_id, source
"""
#: Children under secrecy, with the delivery (its manifest, its reference date) that said otherwise since, if one did.
_SECRECY: Final = """
WITH held AS (
    SELECT * FROM secrecy WHERE first_run_no < :run_no AND (gone_run_no IS NULL OR gone_run_no >= :run_no)
)
SELECT sealed.person_id, runs.manifest_sha256, runs.reference_date
FROM held AS sealed
LEFT JOIN held AS doubted ON sealed.person_id = doubted.person_id AND doubted.state = 'doubted'
LEFT JOIN runs ON doubted.first_run_no = runs.run_no
WHERE sealed.state = 'sealed' ORDER BY sealed.person_id
"""
#: Of each case the first time that it was on the list, and how it was drawn, for cases that are ordinary now.
_EVALUATED_CASES: Final = """
WITH listed AS (
    SELECT states.*, runs.reference_date,
        row_number() OVER (PARTITION BY states.case_id ORDER BY states.run_no) AS place
    FROM case_states AS states INNER JOIN runs ON states.run_no = runs.run_no
    WHERE states.status IN ('new', 'ongoing', 'changed')
),
newest AS (
    SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY run_no DESC) AS recency FROM case_states
)
SELECT cases.case_id, cases.kind, coalesce(newest.municipality_code, draws.municipality_code), listed.reference_date,
    listed.level, listed.points, draws.run_no, draw_runs.reference_date, draws.n_drawn, draws.n_frame,
    draws.municipality_code, draws.stratum, listed.last_sign_on, listed.pieces
FROM cases
LEFT JOIN newest ON cases.case_id = newest.case_id AND newest.recency = 1
LEFT JOIN listed ON cases.case_id = listed.case_id AND listed.place = 1
LEFT JOIN control_draws AS draws ON cases.case_id = draws.case_id
LEFT JOIN runs AS draw_runs ON draws.run_no = draw_runs.run_no
WHERE (listed.case_id IS NOT NULL OR draws.case_id IS NOT NULL)
    AND NOT coalesce(newest.is_sealed, draws.is_sealed) AND NOT coalesce(draws.is_sealed, 0)
ORDER BY cases.case_id
"""
#: What a case rested on when it first came onto the list: a later sign may have come of what people found.
_EVALUATED_SIGNS: Final = """
WITH listed AS (
    SELECT case_id, min(run_no) AS run_no FROM case_states
    WHERE status IN ('new', 'ongoing', 'changed') GROUP BY case_id
)
SELECT DISTINCT signs.case_id, signs.rule_code, signs.source
FROM case_evidence AS signs INNER JOIN listed ON signs.case_id = listed.case_id
WHERE NOT signs.is_context AND signs.first_run_no <= listed.run_no
    AND (signs.gone_run_no IS NULL OR signs.gone_run_no > listed.run_no)
ORDER BY signs.case_id, signs.rule_code, signs.source
"""
_EVALUATED_DECISIONS: Final = "SELECT case_id, outcome_code, decided_on FROM decisions ORDER BY decision_no"
#: Of each case the marks of its family; where no parent is known, those who left one municipality on one day are one.
_EVALUATED_FAMILIES: Final = """
WITH aliases AS (
    SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY run_no DESC, departure_date) AS recency FROM case_aliases
),
places AS (
    SELECT case_id, municipality_code, run_no, 0 AS is_case FROM control_draws
    UNION ALL SELECT case_id, municipality_code, run_no, 1 AS is_case FROM case_states
),
newest AS (
    SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY is_case DESC, run_no DESC) AS recency FROM places
)
SELECT case_id, family_mark FROM case_families
UNION ALL
SELECT aliases.case_id, newest.municipality_code || ' ' || aliases.departure_date
FROM aliases INNER JOIN newest ON aliases.case_id = newest.case_id
WHERE aliases.recency = 1 AND newest.recency = 1
    AND aliases.case_id NOT IN (SELECT case_id FROM case_families)
ORDER BY case_id, family_mark
"""
_EVALUATED_PAIRS: Final = """
SELECT case_id, outcome_code, other_outcome_code FROM decision_pairs ORDER BY case_id, file_sha256, other_sha256
"""

#: What is over may come to life again when a run is taken back. Secrecy alone asks for nobody: who is in no key map is
#: too old and left too long ago for any list.
_PERSONS: Final = """
SELECT person_id, departure_date, 1 AS is_needed FROM case_aliases
UNION SELECT person_id, '', gone_run_no IS NULL FROM inquiries
UNION SELECT person_id, '', 0 FROM secrecy
"""
#: What bringing the ledger under another key changes; `renamed` holds old and new pseudonyms.
_REKEY: Final = (
    *(
        f"UPDATE {table} SET person_id = (SELECT new FROM temp.renamed WHERE old = person_id) "
        "WHERE person_id IN (SELECT old FROM temp.renamed)"
        for table in ("case_aliases", "inquiries", "secrecy")
    ),
    # A mark hangs on the old key; what is kept is who belongs together.
    "CREATE TEMP TABLE marks AS SELECT family_mark AS old, lower(hex(randomblob(32))) AS new "
    "FROM (SELECT DISTINCT family_mark FROM case_families)",
    "UPDATE case_families SET family_mark = (SELECT new FROM temp.marks WHERE old = family_mark)",
    "DROP TABLE temp.marks",
    "UPDATE runs SET pseudonym_key_id = :key_id, enrolment_memory = "
    "CASE WHEN run_no = (SELECT max(run_no) FROM runs) THEN :memory END",
)


class Ledger:
    """An open ledger; make one with `open_ledger`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def runs(self) -> list[Run]:
        """Every run that was published, oldest first."""
        return [_run(row) for row in self._connection.execute(f"{_RUNS} ORDER BY run_no")]

    def last_run(self) -> Run | None:
        """The newest run, which is the one that must be on show."""
        row = self._connection.execute(f"{_RUNS} ORDER BY run_no DESC LIMIT 1").fetchone()
        return _run(row) if row else None

    def recall(self, run_no: int) -> Memory:
        """What was known before run `run_no`: the same whether or not that run itself has been recorded."""
        return Memory(
            **{
                name: self._connection.execute(statement, {"run_no": run_no}).fetchall()
                for name, statement in {
                    "cases": _CASES,
                    "aliases": _ALIASES,
                    "evidence": _EVIDENCE,
                    "decisions": _DECISIONS,
                    "inquiries": _INQUIRIES,
                    "draws": _DRAWS,
                    "facts": _FACTS,
                    "silences": _SILENCES,
                    "secrecy": _SECRECY,
                }.items()
            }
        )

    def record(self, run: Run, additions: Additions) -> None:
        """Write all that a run adds, or nothing; what the same number recorded before is taken back first."""
        number = {"run_no": run.run_no}
        with _explained("written"), _transaction(self._connection):
            for statement in _TAKE_BACK:
                self._connection.execute(statement, number)
            self._connection.execute(
                _INSERT_RUN,
                (
                    *(run.run_no, run.run_id, run.delivery_id, run.manifest_sha256, run.reference_date.isoformat()),
                    *(json.dumps(run.scope), run.pseudonym_key_id, run.configuration),
                    *(json.dumps(run.measures, sort_keys=True), run.accepted_drift, run.enrolment_memory),
                    self._rule_set(json.dumps(run.rules, sort_keys=True)),
                ),
            )
            for table, figure in (("run_figures", run.listed), ("run_durations", run.seconds)):
                if figure is not None:
                    self._connection.execute(f"INSERT INTO {table} VALUES (?, ?)", (run.run_no, figure))
            for name, statement in _INSERTS.items():
                numbered = statement.replace(":run_no", str(int(run.run_no)))
                self._connection.executemany(numbered, [_texts(row) for row in getattr(additions, name)])

    def undo(self, run: Run, taken_back_at: str, reason: str) -> None:
        """Take the newest run back and remember that it was; what people decided stays.

        A case that only this run knew, and that was decided on, is kept for its decision under the run before.
        """
        number = {"run_no": run.run_no}
        with _explained("written"), _transaction(self._connection):
            for statement in _TAKE_BACK:
                self._connection.execute(statement, number)
            self._connection.execute(
                "UPDATE cases SET first_run_no = (SELECT max(run_no) FROM runs) WHERE first_run_no = :run_no", number
            )
            self._connection.execute(
                "INSERT INTO taken_back VALUES (?, ?, ?, ?, ?)",
                (run.run_id, run.delivery_id, run.reference_date.isoformat(), taken_back_at, reason),
            )

    def taken_back(self) -> set[str]:
        """The ids of runs that people took back."""
        return {run_id for (run_id,) in self._connection.execute("SELECT run_id FROM taken_back")}

    def is_decided_on(self, run_no: int) -> bool:
        """Whether people decided on a case that this run was the first to know."""
        statement = "SELECT 1 FROM cases INNER JOIN decisions USING (case_id) WHERE first_run_no = ? LIMIT 1"
        return self._connection.execute(statement, (run_no,)).fetchone() is not None

    def _rule_set(self, rules: str) -> int:
        """The number of these rules, a new one when no run had them."""
        known = self._connection.execute("SELECT rule_set_no FROM rule_sets WHERE rules = ?", (rules,)).fetchone()
        if known:
            return int(known[0])
        return self._connection.execute("INSERT INTO rule_sets (rules) VALUES (?)", (rules,)).lastrowid or 0

    def add_decision(
        self, case_id: str, outcome_code: str, decided_on: date, imported_at: str, file_sha256: str, reason: str = ""
    ) -> None:
        """Remember what people decided about one case."""
        self.add_decisions([Decision(case_id, outcome_code, reason, decided_on, imported_at, file_sha256)])

    def add_decisions(self, decisions: Iterable[Decision]) -> None:
        """Remember what people decided, all of it or nothing; earlier decisions stay, the last one of a case counts."""
        with _explained("written"), _transaction(self._connection):
            for decision in decisions:
                *cells, decided_by = _texts(astuple(decision))
                number = self._connection.execute(_INSERT_DECISION, cells).lastrowid
                if decided_by:
                    self._connection.execute("INSERT INTO decided_by VALUES (?, ?)", (number, decided_by))

    def persons(self) -> list[tuple[str, str, bool]]:
        """Persons with each departure date that a case of theirs has or had, as delivered, or an empty one, and whether
        a delivery may still speak of them for its sake."""
        return [(person, day, bool(is_needed)) for person, day, is_needed in self._connection.execute(_PERSONS)]

    def rekey(self, renamed: Mapping[str, str], key_id: str, enrolment_memory: str | None) -> None:
        """Give persons new pseudonyms, by their old ones, and every run the new key's id, all of it or nothing.

        `enrolment_memory` is the memory under the new key; those of earlier runs count no more.
        """
        self._connection.execute("PRAGMA temp_store = MEMORY")
        with _explained("written"), _transaction(self._connection):
            self._connection.execute("CREATE TEMP TABLE renamed (old TEXT PRIMARY KEY, new TEXT NOT NULL)")
            self._connection.executemany("INSERT INTO temp.renamed VALUES (?, ?)", renamed.items())
            for statement in _REKEY:
                self._connection.execute(statement, {"key_id": key_id, "memory": enrolment_memory})
            self._connection.execute("DROP TABLE temp.renamed")

    def add_pairs(self, pairs: Iterable[DecisionPair]) -> None:
        """Remember what workbooks handed in together said of the same cases; a pair known already stays as it is."""
        with _explained("written"), _transaction(self._connection):
            self._connection.executemany(
                "INSERT OR IGNORE INTO decision_pairs (case_id, file_sha256, other_sha256, outcome_code, "
                "other_outcome_code, imported_at) VALUES (?, ?, ?, ?, ?, ?)",
                [astuple(pair) for pair in pairs],
            )

    def evaluated(self) -> Evaluated:
        """Everything that an evaluation reads, without any person."""
        return Evaluated(
            cases=self._connection.execute(_EVALUATED_CASES).fetchall(),
            signs=self._connection.execute(_EVALUATED_SIGNS).fetchall(),
            decisions=self._connection.execute(_EVALUATED_DECISIONS).fetchall(),
            pairs=self._connection.execute(_EVALUATED_PAIRS).fetchall(),
            families=self._connection.execute(_EVALUATED_FAMILIES).fetchall(),
        )

    def positions(self) -> dict[str, Position]:
        """Every case by its number, children under secrecy too."""
        return {
            case_id: Position(kind, municipality_code, bool(is_sealed), date.fromisoformat(day))
            for case_id, kind, municipality_code, is_sealed, day in self._connection.execute(_POSITIONS)
        }

    def subjects(self) -> dict[str, list[tuple[str, str]]]:
        """By case number whom it is about, with its day as delivered, the newest last; children under secrecy too."""
        found: dict[str, list[tuple[str, str]]] = {}
        for case_id, person_id, day in self._connection.execute(
            "SELECT case_id, person_id, departure_date FROM case_aliases ORDER BY run_no, departure_date"
        ):
            found.setdefault(case_id, []).append((person_id, day))
        return found

    def lists_of_sealed(self) -> list[tuple[str, str]]:
        """Run (by id) and municipality of every ordinary list that may name a child who is under secrecy now."""
        return self._connection.execute(_LISTS_OF_SEALED).fetchall()

    def decisions(self, case_id: str) -> list[Decision]:
        """What people decided about one case, in the order of import."""
        return [
            Decision(case_id, outcome, reason or "", date.fromisoformat(day), imported_at, file_sha256, by or "")
            for outcome, reason, day, imported_at, file_sha256, by in self._connection.execute(
                _CASE_DECISIONS, (case_id,)
            )
        ]

    def drawn(self, case_id: str) -> tuple[date, str] | None:
        """The day an ordinary case was drawn for the control sample, and its stratum; None when it was not, or is under
        secrecy."""
        found = self._connection.execute(
            "SELECT runs.reference_date, draws.stratum FROM control_draws AS draws "
            "INNER JOIN runs ON draws.run_no = runs.run_no "
            "WHERE draws.case_id = ? AND NOT draws.is_sealed AND NOT coalesce((SELECT is_sealed FROM case_states "
            "WHERE case_id = draws.case_id ORDER BY run_no DESC LIMIT 1), 0)",
            (case_id,),
        ).fetchone()
        return (date.fromisoformat(found[0]), found[1]) if found else None

    def purge(
        self, *, departed_before: date, decided_before: date, runs_before: date, named_before: date
    ) -> dict[str, int]:
        """Remove cases of which departure and decisions lie before these days, with all that is theirs, and old runs;
        of decisions that are kept longer, who took those of before `named_before`.

        An incomplete departure date counts as its last possible day; of several dates of a case the last one counts.
        All of it or nothing. Returns how many went, per kind; cases by the status they had.
        """
        days = {
            "departed_before": departed_before.isoformat(),
            "decided_before": decided_before.isoformat(),
            "runs_before": runs_before.isoformat(),
            "named_before": named_before.isoformat(),
        }
        with _explained("written"), _transaction(self._connection):
            over = self._cases_over(departed_before, days)
            for statement in _REMOVE_CASE:
                self._connection.executemany(statement, [(case_id,) for case_id in over])
            names = self._connection.execute(_REMOVE_NAMES, days).rowcount
            inquiries = self._connection.execute(_REMOVE_INQUIRIES, days).rowcount
            self._connection.execute(_REMOVE_SECRECY, days)
            self._connection.execute(_REMOVE_FACTS)
            runs = self._connection.execute(_REMOVE_RUNS, days).rowcount
            self._connection.execute("DELETE FROM taken_back WHERE taken_back_at < :runs_before", days)
            self._connection.execute(_REMOVE_RULE_SETS)
        statuses = Counter(over.values())
        closed = {f"cases {status}": statuses.pop(status, 0) for status in (*OVER, "drawn")}
        return {
            **closed,
            "cases undecided": statuses.total(),
            "names of staff": names,
            "inquiries": inquiries,
            "runs": runs,
        }

    def compact(self) -> None:
        """Leave nothing of what was removed in the file or in the write-ahead log beside it.

        Raises InternalFailure when another program is reading the ledger.
        """
        with _explained("compacted"):
            # The copy that VACUUM makes would stand in the system's own folder for temporary files.
            self._connection.execute("PRAGMA temp_store = MEMORY")
            self._connection.execute("VACUUM")
            if self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                raise sqlite3.OperationalError

    def _cases_over(self, departed_before: date, days: dict[str, str]) -> dict[str, str]:
        """The status of every case whose departure, whatever day it may be, and decisions lie before their days."""
        latest: dict[str, date] = {}
        statuses: dict[str, str] = {}
        for case_id, departure_date, first_seen_on, status in self._connection.execute(_DEPARTURES, days):
            departed = case_date(departure_date) if departure_date else None
            day = departed.latest if departed else date.fromisoformat(first_seen_on)
            latest[case_id] = max(day, latest.get(case_id, day))
            statuses[case_id] = status
        return {case_id: statuses[case_id] for case_id, day in latest.items() if day < departed_before}

    def history(self, case_id: str) -> list[Entry]:
        """The life of one case, oldest line first; empty for an unknown one and for a child under secrecy."""
        rows = self._connection.execute(
            "SELECT runs.reference_date, states.status, states.level, states.suppressor_code, states.reason, "
            "states.is_sealed FROM case_states AS states INNER JOIN runs ON states.run_no = runs.run_no "
            "WHERE states.case_id = ? ORDER BY states.run_no",
            (case_id,),
        ).fetchall()
        if rows and rows[-1][5]:
            return []
        return [
            Entry(
                date.fromisoformat(day), status, level or "", suppressor or "", tuple(filter(None, reason.split("|")))
            )
            for day, status, level, suppressor, reason, _ in rows
        ]

    def held(self, case_id: str) -> Held:
        """What is kept of one case beside its history and decisions."""
        drawn = self.drawn(case_id)
        if not self.history(case_id) and not drawn:
            return Held()
        dates = self._connection.execute(_CASE_DATES, (case_id,)).fetchall()
        return Held(
            tuple((delivered, date.fromisoformat(day)) for delivered, day in dates),
            self.signs(case_id),
            *(drawn or ()),
        )

    def signs(self, case_id: str) -> tuple[HeldSign, ...]:
        """The signs that one case rests or rested on, by their day; of a child under secrecy too."""
        return tuple(
            HeldSign(
                rule_code,
                source,
                date.fromisoformat(event_on),
                bool(is_context),
                date.fromisoformat(first_seen_on),
                date.fromisoformat(gone_on) if gone_on else None,
            )
            for rule_code, source, event_on, is_context, first_seen_on, gone_on in self._connection.execute(
                _CASE_SIGNS, (case_id,)
            )
        )


@contextmanager
def open_ledger(state: Path, schema: Path = SCHEMA) -> Iterator[Ledger]:
    """The ledger of a state folder, made when there is none, brought to the newest version, and held against damage.

    Raises InternalFailure, with what to do, when the file is damaged, locked, or of a newer version.
    """
    path = state / FILE
    _create_private(path)
    with _explained("opened"), closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as connection:
        _check(connection, path)
        _migrate(connection, path, schema)
        yield Ledger(connection)


def last_run(state: Path) -> Run | None:
    """The newest run of a state folder; None when there is no ledger yet."""
    if not (state / FILE).is_file():
        return None
    with open_ledger(state) as ledger:
        return ledger.last_run()


def nothing_published(state: Path) -> UsageProblem:
    """The sentence about a state folder of which no run is known."""
    return UsageProblem(
        f"No run has been published from the state folder {state.name} yet; name the right one with --state."
    )


@dataclass(frozen=True)
class Condition:
    """How a ledger file is: whether every page can be read, its version and the one this program writes, its runs by
    their ids, the newest last, and those that were taken back."""

    is_whole: bool
    version: int
    newest: int
    run_ids: tuple[str, ...] = ()
    taken_back: tuple[str, ...] = ()


def condition(state: Path) -> Condition | None:
    """Look at the ledger of a state folder and change nothing; None when there is none yet."""
    path, newest = state / FILE, len(list(SCHEMA.glob("[0-9][0-9][0-9]_*.sql")))
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
            is_whole = connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            return Condition(is_whole, version, newest, *_run_ids(connection))
    except sqlite3.Error:
        return Condition(False, 0, newest)


def _run_ids(connection: sqlite3.Connection) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The runs of a ledger and those that were taken back; an older ledger has no table of the latter."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    runs = connection.execute("SELECT run_id FROM runs ORDER BY run_no").fetchall() if "runs" in tables else []
    taken = connection.execute("SELECT run_id FROM taken_back").fetchall() if "taken_back" in tables else []
    return tuple(run_id for (run_id,) in runs), tuple(run_id for (run_id,) in taken)


def _create_private(path: Path) -> None:
    if path.exists() and not path.is_file():
        raise UsageProblem(
            f"{path.name} in the state folder is no ordinary file; move it away and put the ledger back."
        )
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Whether every page can be read; then the settings that every connection needs."""
    try:
        is_whole = connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.DatabaseError as problem:
        if isinstance(problem, sqlite3.OperationalError):
            raise
        is_whole = False
    if not is_whole or _lost_its_tables(connection, path):
        raise InternalFailure(
            f"The ledger {path.name} in the state folder is damaged and nothing was published; put back "
            f"{_backup(path)} under that name and remove the files beside it that end in -wal and -shm."
        )
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _lost_its_tables(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether an empty ledger lies beside what published runs remember: it was emptied or is away, and must not begin
    anew without the decisions of people.
    """
    is_empty = connection.execute("PRAGMA user_version").fetchone() == (0,)
    return is_empty and any(path.parent.glob("enrolment_memory-*.parquet"))


def _backup(path: Path) -> str:
    """The newest copy there is, as a person would look for it."""
    backups = sorted((path.parent / BACKUPS).glob("*.sqlite3"), key=lambda file: file.stat().st_mtime)
    return f"{BACKUPS}/{backups[-1].name}" if backups else "the newest copy of it from your own backup"


def _migrate(connection: sqlite3.Connection, path: Path, schema: Path) -> None:
    """Bring the tables to the newest version, one file a version, after a copy of what was there."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    files = sorted(schema.glob("[0-9][0-9][0-9]_*.sql"))
    newest = int(files[-1].name[:3])
    if version > newest:
        raise InternalFailure(
            f"The ledger {path.name} was written by a newer version of brp-signals (ledger version {version}, this one "
            f"knows {newest}); install that version again."
        )
    if 0 < version < newest:
        _copy(connection, path.parent / BACKUPS / f"ledger-version-{version}.sqlite3")
    for file in files:
        if int(file.name[:3]) <= version:
            continue
        text = file.read_text(encoding="utf-8")
        connection.executescript(f"BEGIN IMMEDIATE;\n{text}\nPRAGMA user_version = {int(file.name[:3])};\nCOMMIT;")


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    """A whole copy of the ledger, readable by its owner alone; there only once it is complete."""
    target.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor, unfinished = start_file(target)
    os.close(descriptor)  # whoever opens a ledger holds the state folder
    with closing(sqlite3.connect(unfinished)) as copy:
        connection.backup(copy)
    unfinished.replace(target)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@contextmanager
def _explained(what: str) -> Iterator[None]:
    """Say in one sentence what SQLite could not do; its own words may quote data and stay inside."""
    try:
        yield
    except SignalsError:
        raise
    except sqlite3.Error as problem:
        name = getattr(problem, "sqlite_errorname", type(problem).__name__)
        raise InternalFailure(
            f"The ledger {FILE} in the state folder could not be {what} ({name}); check disk space, rights and whether "
            "another program has it open, then run again."
        ) from problem


def _texts(row: Sequence[Any]) -> tuple[Any, ...]:
    """Dates as ISO text, booleans as 0 and 1."""
    return tuple(
        cell.isoformat() if isinstance(cell, date) else int(cell) if isinstance(cell, bool) else cell for cell in row
    )


def _run(row: Iterable[Any]) -> Run:
    number, run_id, delivery_id, manifest, day, scope, key, configuration, rules, measures, drift, memory, *figures = (
        row
    )
    listed, seconds = figures
    return Run(
        run_no=number,
        run_id=run_id,
        delivery_id=delivery_id,
        manifest_sha256=manifest,
        reference_date=date.fromisoformat(day),
        scope=tuple(json.loads(scope)),
        pseudonym_key_id=key,
        configuration=configuration,
        rules=json.loads(rules),
        measures=json.loads(measures),
        accepted_drift=drift,
        enrolment_memory=memory,
        listed=listed,
        seconds=seconds,
    )
