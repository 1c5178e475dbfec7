"""What goes into the reference and what comes out of it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
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


@dataclass(frozen=True)
class Weights:
    """Points that order the work."""

    level_a: Decimal = Decimal(100)
    protective: Decimal = Decimal(60)
    source: Decimal = Decimal(10)
    most_sources: int = 3
    freshness: Decimal = Decimal(20)
    freshness_days: int = 365


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
    weights: Weights = Weights()
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
    cases: list[dict[str, Any]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    """in_view, suspended (S-05), out_of_scope, municipality_unknown (K-06), without_sign."""
    absences: list[dict[str, Any]] = field(default_factory=list)
    """Cases of children on no school list."""
    withheld: dict[str, str] = field(default_factory=dict)
    """Children on no school list of whom a suppressor holds from the start, and which."""
    quarantine: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Rows per (table, reason)."""
