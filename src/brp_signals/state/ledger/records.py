"""What the ledger holds, as the rest of the program sees it: runs, cases, signs and decisions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

_FINGERPRINT_LENGTH: Final = 8
NATIONAL: Final = ("national",)

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Run:
    """One published run. `scope` holds municipality codes, or `NATIONAL`; `measures` are rows delivered per table.

    `enrolment_memory` names the files of the memory that it left (`memory_files`). `listed` are the cases on its lists
    (children under secrecy apart), `seconds` is how long it took; a run of before the ledger kept these has None.
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
    enrolment_memory: tuple[str, ...] = ()
    listed: int | None = None
    seconds: float | None = None

    @property
    def identity(self) -> tuple[Any, ...]:
        """What two runs have in common when the later one repeats the earlier one, and so replaces it."""
        return (self.manifest_sha256, self.reference_date, self.configuration, self.rules)

    def covers(self, municipality_code: str) -> bool:
        """Whether that municipality was in scope."""
        return self.scope == NATIONAL or municipality_code in self.scope


@dataclass(frozen=True)
class Additions:
    """What one run adds to the ledger, as rows in the order of the columns in `sql/ledger/record_<name>.sql`."""

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
    watch_subjects: Rows = ()
    watch_numbers: Rows = ()
    watch_alarms: Rows = ()
    watch_over: Rows = ()
    watch_told: Rows = ()
    acknowledged: Rows = ()


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
    numbers: Rows = field(default=())
    alarms: Rows = field(default=())


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
    """What two workbooks that were handed in together said of one case; `are_two_people` is None when one of the
    decisions says of nobody that they took it.
    """

    case_id: str
    file_sha256: str
    other_sha256: str
    outcome_code: str
    other_outcome_code: str
    imported_at: str
    are_two_people: bool | None = None


@dataclass(frozen=True)
class WatchedValue:
    """One number that the watch remembers, since `on_day` until the next of its series; None when it was there no more.

    `scope` is that of the deliveries it is from, `n` of how many a share is, where that is remembered.
    """

    scope: tuple[str, ...]
    subject_kind: str
    subject: str
    source: str
    measure: str
    on_day: date
    value: float | None
    n: float | None


@dataclass(frozen=True)
class Position:
    """The present state of a case: its kind, its municipality, whether it is sealed, and the date of the run that first
    knew it.
    """

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
        """The first part of the hash of the file, which is enough for people to tell files apart."""
        return self.file_sha256[:_FINGERPRINT_LENGTH]


class Draw(NamedTuple):
    """One departure that was drawn by chance for people to look at; `departure_date` is as delivered."""

    case_id: str
    person_id: str
    departure_date: str
    municipality_code: str
    is_sealed: bool
    stratum: str
    drawn_on: date


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
    """What is kept of one case apart from its history: its dates as delivered with the run that first had each, its
    signs, and the day it was drawn for the control sample with the stratum that it was drawn from, if it was.

    Empty for an unknown case and for a child under secrecy.
    """

    dates: tuple[tuple[str, date], ...] = ()
    signs: tuple[HeldSign, ...] = ()
    drawn_on: date | None = None
    stratum: str = ""
