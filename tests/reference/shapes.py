"""What goes into the reference and what comes out of it."""

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

Row = dict[str, str]

EvidenceKey = tuple[str, date, str, str, date]
"""person_id, earliest departure date, rule code, source, event_on."""


@dataclass
class Delivery:
    """The rows of one delivery in their text form (contract 3.1), each of them valid by itself."""

    persons: list[Row] = field(default_factory=list)
    residences: list[Row] = field(default_factory=list)
    enrolments: list[Row] = field(default_factory=list)
    traces: list[Row] = field(default_factory=list)

    def __add__(self, other: "Delivery") -> "Delivery":
        return Delivery(
            self.persons + other.persons,
            self.residences + other.residences,
            self.enrolments + other.enrolments,
            self.traces + other.traces,
        )


@dataclass(frozen=True)
class Source:
    """One declared source of traces (`[[sources]]`)."""

    code: str
    kind: str
    retention_days: int = 365
    dpia_reference: str = ""
    file: str = ""


def default_points() -> dict[str, Decimal]:
    """The points of the product by piece of evidence, and the base; tests read them and never know them."""
    path = Path(__file__).parents[2] / "sql" / "weigh" / "points.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    return {"base": table["base"], **{piece: row["points"] for piece, row in table["pieces"].items()}}


DEFAULT_POINTS = default_points()


@dataclass(frozen=True)
class Weights:
    """Points of every piece of evidence, and the base they are added to: tenths of log-odds."""

    base: Decimal = DEFAULT_POINTS["base"]
    pieces: dict[str, Decimal] = field(
        default_factory=lambda: {piece: points for piece, points in DEFAULT_POINTS.items() if piece != "base"}
    )


@dataclass(frozen=True)
class Levels:
    """From which chance on a case has which level; below `b` it is weak."""

    a: Decimal = Decimal("0.5")
    b: Decimal = Decimal("0.1")


#: A weighing that is easy to follow, for examples of which rule fires when: an active sign makes A, passive ones of
#: two sources too, one passive sign B. What strengthens a sign, the weak L-06 and what speaks against weigh nothing.
PLAIN = Weights(
    base=Decimal(-20),
    pieces=dict.fromkeys(Weights().pieces, Decimal(0))
    | dict.fromkeys(("L-02", "L-03", "L-04", "M-01", "M-02"), Decimal(20))
    | dict.fromkeys(("L-01", "L-05"), Decimal(10)),
)
PLAIN_LEVELS = Levels(b=Decimal("0.05"))


DEFAULT_GRACE = {"L-01": 30, "L-02": 30, "L-03": 14, "L-04": 30, "L-05": 30, "M-01": 30, "M-02": 30}


@dataclass(frozen=True)
class AbsenceSettings:
    """The `[absence]` table of the configuration."""

    declared_schools: tuple[str, ...] = ()
    transfer_days: int = 30
    arrival_days: int = 90


@dataclass(frozen=True)
class Settings:
    """What a municipality may decide, with the defaults of the product."""

    look_back_months: int = 24
    grace_days: dict[str, int] = field(default_factory=lambda: dict(DEFAULT_GRACE))
    sources: tuple[Source, ...] = ()
    enrolment_sources: dict[str, str] = field(default_factory=dict)
    """Per enrolment source the file it comes from, when the configuration names one."""
    weights: Weights = field(default_factory=Weights)
    levels: Levels = Levels()
    disabled_rules: frozenset[str] = frozenset()
    municipality_successors: dict[str, str] = field(default_factory=dict)
    scope: frozenset[str] | None = None
    """Municipalities for which lists are made; None is the whole country."""
    first_school_days: dict[str, date] = field(default_factory=dict)
    """First school day per start month, as "2026-08": the calendar of the configuration."""
    inquiry_days: int = 182
    explained_months: int = 12
    stale_days: int = 45
    stale_days_summer: int = 75
    slow_recording_days: int = 60
    school_gap_days: int = 30
    early_return_months: int = 8
    absence: AbsenceSettings | None = None
    """None: nobody asks after children on no school list."""


@dataclass(frozen=True)
class Decision:
    """What a member of staff decided about one case of one child."""

    person_id: str
    departed_on: date | None
    """The earliest possible departure date of the case; None when it is about an absence."""
    code: str
    decided_on: date


@dataclass
class Result:
    """Evidence and cases of one run, and how many departures ended elsewhere."""

    evidence: set[EvidenceKey] = field(default_factory=set)
    against: set[EvidenceKey] = field(default_factory=set)
    """What speaks against the cases."""
    cases: list[dict[str, Any]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    """in_view, suspended (S-05), out_of_scope, municipality_unknown (K-06), without_sign."""
    absences: list[dict[str, Any]] = field(default_factory=list)
    """Cases of children on no school list."""
    withheld: dict[str, str] = field(default_factory=dict)
    """Children on no school list of whom a suppressor holds from the start, and which."""
    quarantine: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Rows per (table, reason)."""
