"""The configuration `brp-signals.toml`: validated, every key documented, defaults in here.

Without a file the defaults hold. An unknown key is an error that names the nearest known one.
"""

import difflib
import hashlib
import re
import shutil
import tomllib
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from brp_signals.base.connections import BrpApi
from brp_signals.base.dates import add_months
from brp_signals.base.desk_settings import DeskSettings
from brp_signals.base.errors import UsageProblem
from brp_signals.base.private_files import read_small
from brp_signals.base.rule_files import load_rules
from brp_signals.base.warehouse import resource

SourceCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Days = Annotated[int, Field(ge=0, le=3660)]
#: A limit of zero would apply to every child at once: each list stale, each explanation over on the day it was given.
Term = Annotated[int, Field(ge=1, le=3660)]
Amount = Annotated[float, Field(ge=0, le=1_000_000_000, allow_inf_nan=False)]
Range = tuple[Amount, Amount]
#: Points are tenths of log-odds, counted in whole hundredths; ten of them make a case some three times as likely.
Points = Annotated[Decimal, Field(ge=-100, le=100, decimal_places=2)]
Chance = Annotated[Decimal, Field(gt=0, lt=1, decimal_places=4)]
Municipality = Annotated[str, Field(pattern=r"^[0-9]{4}$")]

#: Places outside every municipality: abroad, and unknown.
_NOWHERE: Final = ("0000", "1999")
LARGEST_FILE: Final = 1024 * 1024
_MEGABYTES: Final = {"MB": Decimal(1), "GB": Decimal(1000)}
_MOST_MEGABYTES: Final = 1_000_000_000
#: With less memory no run completes: on the sample (6,000 persons) 310 MB is too little for the database that judges
#: the snapshot, which gets a tenth; 320 MB is enough on 2, 8 and 32 threads; a tenth is added since machines differ.
_LEAST_MEGABYTES: Final = 350
#: A case must be able to wait for its first look (14 days) before it lapses.
_LEAST_LAPSE_DAYS: Final = 14
#: Levels of rules that make a case by themselves.
_MAKING: Final = ("active", "passive", "alone")


def _printable(text: str) -> str:
    """Text that a log, a page and a workbook can show."""
    if not text.isprintable():
        raise ValueError("it holds a control character")
    return text


Text = Annotated[str, Field(max_length=500), AfterValidator(_printable)]
Ground = Annotated[Text, Field(pattern=r"\S\s*\S\s*\S")]
Word = Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(_printable)]

#: A corrected departure date goes on with the case of a date up to 183 days away (sql/cases/matches.sql).
SHORTEST_CASE_MONTHS = 7


def default_points() -> tuple[Decimal, dict[str, Decimal]]:
    """The base and the points of each piece of evidence that hold without a configuration (`sql/weigh/points.toml`)."""
    table = points_table()
    return table["base"], {piece: row["points"] for piece, row in table["pieces"].items()}


def piece_texts() -> dict[str, str]:
    """Each piece of evidence in a few Dutch words."""
    return {piece: row["text_nl"] for piece, row in points_table()["pieces"].items()}


@cache
def points_table() -> dict[str, Any]:
    """Read the table of points from its file: for each piece the text for staff, the interval and the reason."""
    return tomllib.loads((resource("sql") / "weigh" / "points.toml").read_text(encoding="utf-8"), parse_float=Decimal)


#: Pieces that say less about the same thing, and the pieces that replace them when more is known. If the first weighed
#: more, a further list (L-06, or an exemption out of the list's file, becomes L-01) or a better known departure date
#: (L-01 becomes L-02) would lower a case.
SAYS_LESS: Final = (
    (("L-05", "L-06"), ("L-01",)),
    (("L-06",), ("L-02", "L-02:newest-list")),
    (("L-01",), ("L-02", "L-02:newest-list")),
)


def is_against(piece: str) -> bool:
    """Whether a piece of evidence speaks against a case."""
    return piece.startswith("C-")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_values(cls, value: Any) -> Any:
        """No key is a yes or a no, and `true` would pass for the number 1."""
        if any(isinstance(part, bool) for part in (value if isinstance(value, list | tuple) else [value])):
            raise ValueError("write a value of its kind, not true or false")
        return value


class GraceDays(_Section):
    """Days after the departure date before a sign counts, per rule: the bounds of administrative delay."""

    l_01: Days = Field(30, alias="L-01")
    l_02: Days = Field(30, alias="L-02")
    l_03: Days = Field(14, alias="L-03")
    l_04: Days = Field(30, alias="L-04")
    l_05: Days = Field(30, alias="L-05")
    m_01: Days = Field(30, alias="M-01")
    m_02: Days = Field(30, alias="M-02")


class Thresholds(_Section):
    """Limits of suppressors and of delivery checks."""

    inquiry_days: Term = 182
    """S-03: how long an open address inquiry keeps a case off the list."""
    explained_months: Annotated[int, Field(ge=1, le=60)] = 12
    """S-04: how long an innocent explanation holds."""
    lapse_days: Annotated[int, Field(ge=_LEAST_LAPSE_DAYS, le=3660)] = 182
    """How long a case waits on the list for a decision before it lapses."""
    stale_days: Term = 45
    """S-08: age at which a school delivery is stale."""
    stale_days_summer: Term = 75
    """S-08: the same for reference dates in July, August and September."""
    slow_recording_days: Term = 60
    """B-06: a departure recorded later than this many days after its date."""
    school_gap_days: Term = 30
    """B-03: longest run of school days without enrolment that raises no question."""
    early_return_months: Annotated[int, Field(ge=1, le=24)] = 8
    """B-03: the stay abroad that the departure duty expects (Wet BRP 2.43)."""


class Weights(_Section):
    """Points of each piece of evidence, in tenths of log-odds; with the base they add up to a chance.

    A piece that is left out keeps its default of `sql/weigh/points.toml`. A piece for is never below nothing and one
    against (`C-`) never above, and what says less of the same thing never weighs more, so that more evidence for never
    lowers a place and more against never raises one.
    """

    base: Points = Field(default_factory=lambda: default_points()[0])
    pieces: dict[str, Points] = Field(default_factory=lambda: default_points()[1], validate_default=True)

    @field_validator("pieces")
    @classmethod
    def _lean_their_own_way(cls, pieces: dict[str, Decimal]) -> dict[str, Decimal]:
        known = default_points()[1]
        for piece, points in pieces.items():
            if piece not in known:
                raise ValueError(f"there is no piece of evidence {piece}; docs/weighing.md lists them all")
            if (is_against(piece) and points > 0) or (not is_against(piece) and points < 0):
                side = "against never adds" if is_against(piece) else "for never takes away"
                raise ValueError(f"{piece}: evidence {side} points")
        pieces = known | pieces
        for less, more in SAYS_LESS:
            if sum(pieces[piece] for piece in less) > sum(pieces[piece] for piece in more):
                raise ValueError(
                    f"{' and '.join(less)} would weigh more than {' and '.join(more)}, which says more of the same; "
                    f"write at least as many points for {more[0]}"
                )
        return pieces


class Levels(_Section):
    """The lowest chance, for each level, that the registration of a case is wrong."""

    a: Chance = Decimal("0.5")
    b: Chance = Decimal("0.1")
    """Below it a case is weak: on no list, counted, and in cases.parquet."""

    @model_validator(mode="after")
    def _a_above_b(self) -> "Levels":
        if self.b > self.a:
            raise ValueError("level B begins below level A; write a larger a or a smaller b")
        return self


class ControlSample(_Section):
    """How many departures are drawn each month in each municipality, to see what the lists miss: of those without a
    sign and, as a stratum of their own, of cases that are too weak to ask about."""

    share: Annotated[Decimal, Field(ge=0, le=1, decimal_places=6)] = Decimal("0.05")
    """Draws of each stratum for each case on the list, rounded up."""
    least: Annotated[int, Field(ge=2, le=100)] = 2
    """The fewest draws without a sign; two, so that an estimate can say how certain it is."""
    least_weak: Annotated[int, Field(ge=1, le=100)] = 1
    """The fewest draws of cases that are too weak; one, because each costs a clerk time and finds little."""


class TraceSource(_Section):
    """A source of traces: a decision of the municipality, with its legal basis and retention."""

    code: SourceCode
    kind: Literal["absence_report", "school_result", "exemption", "leave", "tmv_report", "municipal_provision"]
    legal_basis: Ground
    retention_days: Annotated[int, Field(ge=1, le=3660)]
    dpia_reference: Text = ""
    file: Text = ""
    """Sources that come from one and the same file are one source when signs are counted."""

    @property
    def is_usable(self) -> bool:
        """A municipal provision works only with its own data protection impact assessment."""
        return self.kind != "municipal_provision" or bool(self.dpia_reference.strip())


class EnrolmentSource(_Section):
    """A source of school lists."""

    legal_basis: Ground
    retention_days: Annotated[int, Field(ge=1, le=3660)] = 1096
    file: Text = ""


class EnrolmentSources(_Section):
    """The three sources of school lists of the delivery contract, with their defaults."""

    duo: EnrolmentSource = EnrolmentSource(legal_basis="Wet register onderwijsdeelnemers, artikel 21")
    school: EnrolmentSource = EnrolmentSource(legal_basis="Leerplichtwet 1969, artikel 18")
    leerplicht: EnrolmentSource = EnrolmentSource(legal_basis="Leerplichtwet 1969, artikelen 16 en 19")


class Retention(_Section):
    """How long everything that a run leaves is kept; `purge` removes what is over its term (docs/retention.md)."""

    case_months: Annotated[int, Field(le=120)] = SHORTEST_CASE_MONTHS
    """A case with all that belongs to it: months after its departure left the look-back, and
    a year after its last decision at least."""
    decided_by_months: Annotated[int, Field(ge=1, le=120)] = 24
    """Who took a decision (a name or role of staff): months after its day, and never longer than the decision."""
    output_days: Annotated[int, Field(ge=1, le=184)] = 92
    """Lists and report: days after the reference date; half a year at most, so that no list outlives a case on it."""
    backup_days: Annotated[int, Field(ge=1, le=366)] = 31
    """A copy of the ledger made before its tables changed: days after it was made."""
    run_months: Annotated[int, Field(ge=6, le=240)] = 60
    """The account of a run in the ledger, which names no person: months after its reference date."""
    watch_months: Annotated[int, Field(ge=14, le=120)] = 14
    """Numbers that a night is held against (docs/watch.md), of no person: months; a year and a summer at least."""

    @field_validator("case_months")
    @classmethod
    def _outlives_corrections(cls, months: int) -> int:
        if months < SHORTEST_CASE_MONTHS:
            raise ValueError(
                f"a case must be kept at least {SHORTEST_CASE_MONTHS} months after its departure left the look-back, "
                "or a corrected date could bring a lapsed case back as a new one"
            )
        return months


#: The validation when a run or the schedule starts. A night that already runs is never given up for its alerts.
_STARTING: Final = "starting"

#: From the first of a month to the last day of the next; a day so long before it is another year's or a slip.
_LONGEST_HOLIDAY: Final = timedelta(days=61)


class Calendars(_Section):
    """School calendars."""

    first_school_days: dict[Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")], date] = Field(
        default_factory=dict
    )
    """First school day per start month, as "2026-08" = 2026-08-17; without one the latest possible day counts."""

    @field_validator("first_school_days")
    @classmethod
    def _near(cls, days: dict[str, date]) -> dict[str, date]:
        for month, day in days.items():
            if not -_LONGEST_HOLIDAY <= day - date.fromisoformat(f"{month}-01") <= _LONGEST_HOLIDAY:
                raise ValueError(f"{month}: the first school day must be within two months of it")
        return days


class Absence(_Section):
    """R-01 and R-02: children who are registered here and on no school list. Off without this table."""

    declared_schools: tuple[Annotated[str, Field(pattern=r"^[0-9]{2}[A-Z]{2}[0-9]{2}$")], ...] = ()
    """Every school that children of the municipality go to. R-02 asks after children on no list at all, and only while
    each of these schools delivers; without any it is off."""
    transfer_days: Annotated[int, Field(ge=1, le=366)] = 30
    """S-09: days without enrolment, July and August left out, that a transfer may take."""
    arrival_days: Days = 90
    """S-12: days in which a child who came to live in the municipality may find a school."""


class Alerts(_Section):
    """Whom to alert when a night fails or no delivery comes; no run and no list depends on it."""

    command: tuple[Word, ...] = ()
    """Whole path of a program, and its words, run without a shell; it gets one JSON object on its standard input."""
    no_delivery_days: Annotated[int, Field(ge=1, le=366)] = 3
    """Days after which the newest delivery, by its reference date, is too old."""

    @field_validator("command")
    @classmethod
    def _can_be_run(cls, command: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if command and not Path(command[0]).is_absolute():
            raise ValueError("write the whole path of the program, from /")
        if command and info.context == _STARTING and shutil.which(command[0]) is None:
            raise ValueError("there is no program at this path that this user may execute")
        return command


class Evaluation(_Section):
    """What `evaluate` assumes about costs, each from lowest to highest; no list depends on it."""

    minutes_per_look: Range = (15, 60)
    """Weighing one signal or drawn departure, asking around included."""
    minutes_per_inquiry: Range = (240, 960)
    """One address inquiry, letters and visit included."""
    euros_per_hour: Range = (45, 90)
    euros_per_found_child: Range | None = None
    """The worth of one mended registration; none by default, since only the municipality can say."""

    @field_validator("*")
    @classmethod
    def _from_low_to_high(cls, value: Range | None) -> Range | None:
        if value and value[0] > value[1]:
            raise ValueError("write the lowest first")
        return value


class Configuration(_Section):
    """Everything a municipality may decide; the forbidden columns and the rules themselves are not in here."""

    look_back_months: Annotated[int, Field(ge=1, le=120)] = 24
    disabled_rules: tuple[Annotated[str, Field(pattern=r"^[LBMRC]-[0-9]{2}$")], ...] = ()
    memory_limit: Annotated[str, Field(pattern=r"^[0-9]{1,9}(\.[0-9]{1,9})?(MB|GB)$")] = "1GB"
    """Memory that a run may hold; its databases get shares of it and write to disk what is more."""
    grace_days: GraceDays = Field(default_factory=lambda: GraceDays.model_validate({}))
    thresholds: Thresholds = Thresholds()
    levels: Levels = Levels()
    weights: Weights = Field(default_factory=Weights)
    control_sample: ControlSample = ControlSample()
    calendars: Calendars = Calendars()
    sources: tuple[TraceSource, ...] = ()
    enrolment_sources: EnrolmentSources = EnrolmentSources()
    municipality_successors: dict[Municipality, Municipality] = Field(default_factory=dict)
    """Where cases of a municipality that no longer exists go."""
    retention: Retention = Retention()
    alerts: Alerts = Alerts()
    evaluation: Evaluation = Evaluation()
    absence: Absence | None = None
    desk: DeskSettings = DeskSettings()
    brp_api: BrpApi | None = None

    @field_validator("memory_limit")
    @classmethod
    def _can_be_held(cls, limit: str) -> str:
        if not _LEAST_MEGABYTES <= _megabytes(limit) <= _MOST_MEGABYTES:
            raise ValueError(f"a run needs at least {_LEAST_MEGABYTES}MB, and no more than a machine can have, as 1GB")
        return limit

    @field_validator("disabled_rules")
    @classmethod
    def _are_rules(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        rules = load_rules(resource("sql") / "rules") if codes else ()
        known = {rule.code for rule in rules}
        if unknown := [code for code in codes if code not in known]:
            raise ValueError(f"there is no rule {unknown[0]}; brp-signals rules lists them all")
        if codes and not any(rule.level in _MAKING for rule in rules if rule.code not in codes):
            raise ValueError("no rule is left that makes a signal, so that every list would be empty")
        return codes

    @field_validator("municipality_successors")
    @classmethod
    def _lead_somewhere(cls, successors: dict[str, str]) -> dict[str, str]:
        for old, new in successors.items():
            if old == new or new in _NOWHERE:
                raise ValueError(f"{old}: {new} is not another municipality")
            if new in successors:
                raise ValueError(f"{old}: {new} has a successor itself; write where the cases go in the end")
        return successors

    @field_validator("weights")
    @classmethod
    def _order_the_work(cls, weights: Weights) -> Weights:
        if not any(weights.pieces.values()):
            raise ValueError("every weight is 0, so that nothing would order the work")
        return weights

    @model_validator(mode="after")
    def _sources_are_unique(self) -> "Configuration":
        pairs = [(source.code, source.kind) for source in self.sources]
        if len(set(pairs)) < len(pairs):
            raise ValueError("two [[sources]] have the same code and kind; keep one of them")
        return self

    def memory_share(self, share: float) -> str:
        """A part of `memory_limit`, for one database."""
        return f"{int(_megabytes(self.memory_limit) * Decimal(1_000_000) * Decimal(str(share)))}B"

    @property
    def fingerprint(self) -> str:
        """SHA-256 over every value that may change a list, so that a run can say which configuration it had."""
        unused = {"alerts", "brp_api", "desk", "retention", "evaluation"} | (
            {"absence"} if self.absence is None else set()
        )
        return hashlib.sha256(self.model_dump_json(exclude=unused).encode()).hexdigest()

    def school_lists_from(self, today: date) -> list[tuple[str, date]]:
        """The first day of which a school list may be remembered, by source: its retention, or the look-back."""
        look_back = add_months(today, -self.look_back_months)
        return [
            (name, max(today - timedelta(source.retention_days), look_back)) for name, source in self.enrolment_sources
        ]


def _megabytes(limit: str) -> Decimal:
    return Decimal(limit[:-2]) * _MEGABYTES[limit[-2:]]


def load_configuration(path: Path | None, *, is_starting: bool = False) -> Configuration:
    """Load the configuration in `path`, or the defaults; with `is_starting` check the program for alerts as well.

    Raises UsageProblem with one sentence (file, line, key, what to do).
    """
    if path is None:
        return Configuration()
    try:
        text = read_small(path, LARGEST_FILE).decode("utf-8-sig")
    except FileNotFoundError:
        raise UsageProblem(f"{path.name}: this configuration is missing; check the path after --config.") from None
    except (OSError, UnicodeDecodeError):
        raise UsageProblem(f"{path.name}: cannot be read as UTF-8 text; check the path after --config.") from None
    try:
        return Configuration.model_validate(toml_content(path.name, text), context=_STARTING if is_starting else None)
    except ValidationError as problem:
        raise UsageProblem(validation_sentence(path.name, text, problem.errors()[0], Configuration)) from None


def toml_content(file_name: str, text: str) -> dict[str, Any]:
    """Parse a TOML text. Raises UsageProblem, with the line, when it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise UsageProblem(f"{file_name}: not valid TOML ({problem}); mend that line.") from None
    except (ValueError, RecursionError):  # thousands of digits, or of brackets
        raise UsageProblem(f"{file_name}: a number or a nesting of brackets is too long; shorten it.") from None


def validation_sentence(file_name: str, text: str, error: Any, model: type[BaseModel]) -> str:
    """One sentence about the first `error` of pydantic in a TOML `text` that `model` should describe."""
    location = [part for part in error["loc"] if part != "[key]"]
    key = ".".join(str(part) for part in location)
    last = str(location[-1]) if location else ""
    line = _line(text, location)
    place = f"{file_name}, line {line}, {key}" if line else f"{file_name}, {key or 'as a whole'}"
    if error["type"] == "extra_forbidden":
        nearest = difflib.get_close_matches(last, _known_keys(model), n=1)
        hint = f"did you mean {nearest[0]}?" if nearest else "remove it."
        return f"{place}: unknown key; {hint}"
    if error["type"] == "missing":
        return f"{place}: this key is required; add it."
    return (
        f"{place}: {error['msg'].removeprefix('Value error, ')}; correct the value or remove the line for the default."
    )


def _line(text: str, location: list[str | int]) -> int:
    """The line of the innermost part of `location` that can be found, one part after the other; 0 without any."""
    rows, line, name = text.splitlines(), 0, ""
    for part in location:
        if isinstance(part, int):
            pattern, n_before = rf"\s*\[\[\s*{name}\s*\]\]", part
        else:
            name = re.escape(part)
            pattern, n_before = rf"""\s*\[*\s*(?:[^=#]*\.)?["']?{name}["']?\s*[\].=]""", 0
        found = [number for number, row in enumerate(rows, 1) if number >= line and re.match(pattern, row)]
        line = found[n_before] if n_before < len(found) else line
    return line


def _known_keys(model: type[BaseModel]) -> list[str]:
    keys: list[str] = []
    for name, field in model.model_fields.items():
        keys.append(field.alias or name)
        for part in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(part, type) and issubclass(part, BaseModel):
                keys.extend(_known_keys(part))
    return keys
