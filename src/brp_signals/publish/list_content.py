"""What a list holds, as plain values: the one thing workbook, page and explain are written from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from brp_signals.base.config import is_against
from brp_signals.state.schools import School


@dataclass(frozen=True)
class Circumstance:
    """What a further rule says about a sign, in a few words and in a sentence; it is no sign of its own."""

    rule_code: str
    name_nl: str
    sentence_nl: str


@dataclass(frozen=True)
class Sign:
    """One trace behind a case: what, when, from which source, in a sentence, and in which circumstances.

    `school` is the one that it is about, when that is known by name.
    """

    rule_code: str
    title_nl: str
    event_on: date
    source: str
    sentence_nl: str
    is_context: bool
    is_against: bool = False
    circumstances: tuple[Circumstance, ...] = ()
    school: School | None = None

    @property
    def rule_codes(self) -> tuple[str, ...]:
        """Every rule that speaks of this sign, first the one that makes it."""
        return (self.rule_code, *(each.rule_code for each in self.circumstances))

    @property
    def name_nl(self) -> str:
        """`Verzuimmelding na vertrek (bestemming onbekend)`"""
        names = "; ".join(each.name_nl for each in self.circumstances)
        return f"{self.title_nl} ({names})" if names else self.title_nl

    @property
    def text_nl(self) -> str:
        """The sentence of the sign, then those of its circumstances."""
        return " ".join((self.sentence_nl, *(each.sentence_nl for each in self.circumstances)))


@dataclass(frozen=True)
class Piece:
    """One piece of evidence that weighs for (positive points) or against a case, in a few words."""

    code: str
    text_nl: str
    points: Decimal

    @property
    def is_against(self) -> bool:
        return self.points < 0 or is_against(self.code)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """What every case on a list has, of whichever kind.

    `notes_nl` are cautions such as an incomplete date. `signs` are ordered: level-making evidence first by date, then
    context. `change_nl` says what changed since the run before, empty when nothing did. `decision_nl` is the decision
    in force, `follow_up_nl` what somebody must do and `due_on` the last day for it; empty when there is none.
    """

    case_id: str
    municipality_code: str
    person_id: str
    status: str
    rule_codes: tuple[str, ...]
    rank: int
    reason_nl: str
    next_step_nl: str
    organisation_nl: str
    duty_until: date
    notes_nl: tuple[str, ...]
    signs: tuple[Sign, ...]
    change_nl: str = ""
    decision_nl: str = ""
    follow_up_nl: str = ""
    due_on: date | None = None


def schools_of(cases: Iterable[Listed]) -> list[School]:
    """Every school that these cases speak of and that is known by name, by number."""
    found = {sign.school.school_id: sign.school for case in cases for sign in case.signs if sign.school}
    return [school for _, school in sorted(found.items())]


@dataclass(frozen=True, kw_only=True)
class Case(Listed):
    """One departure that raises a question, with everything a clerk needs to weigh it.

    `departed_on`/`departed_latest_on` bound an incomplete departure date; `is_destination_unknown` is None when the
    delivery does not say it readably. `score` is the base and the points of all `pieces`, and `chance_pct` the chance
    that they make; both are empty for a child that came back, who is asked another question (B-03).
    """

    departed_on: date
    departed_latest_on: date
    recorded_on: date | None
    is_destination_unknown: bool | None
    is_ex_officio: bool
    level: str
    first_sign_on: date
    last_sign_on: date
    score: Decimal | None
    chance_pct: int | None
    pieces: tuple[Piece, ...]
    duty_from: date


@dataclass(frozen=True, kw_only=True)
class Absence(Listed):
    """One child that is registered here and on no school list, with everything that leerplicht needs to weigh it.

    `since_on` is the first day for which the question can be asked, `withdrawn_on` the end of the last enrolment (None:
    never on a list), `is_leerplicht` tells leerplicht from kwalificatieplicht.
    """

    since_on: date
    withdrawn_on: date | None
    is_leerplicht: bool


@dataclass(frozen=True)
class Drawn:
    """One departure that was drawn by chance, one of `n_drawn` out of `n_frame` of its `stratum`, and waits for a look.

    `departed_on`/`departed_latest_on` bound an incomplete departure date; `why_nl` says openly that it was drawn, and
    what little speaks for it if something does; `decision_nl` is the decision in force, empty when there is none;
    `due_on` is the last day for the next step.
    """

    case_id: str
    municipality_code: str
    person_id: str
    departed_on: date
    departed_latest_on: date
    recorded_on: date | None
    is_destination_unknown: bool | None
    is_ex_officio: bool
    drawn_on: date
    n_drawn: int
    n_frame: int
    stratum: str
    why_nl: str
    next_step_nl: str
    due_on: date | None
    decision_nl: str = ""


@dataclass(frozen=True)
class Changes:
    """What changed for one municipality since its run with reference date `since`.

    `counts` pairs a status with the number of cases that came into it, on an ordinary list all that left together;
    `lines_nl` names each case that left the list.
    """

    since: date
    counts: tuple[tuple[str, int], ...]
    lines_nl: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AnyList:
    """The list of one municipality for one reference date, of whichever kind.

    `suppressed` counts cases per suppressor code. `overdue` are the cases whose last day is over, the oldest first; a
    case with an open address inquiry may be one without being listed.
    """

    municipality_code: str
    reference_date: date
    cases: tuple[Listed, ...]
    suppressed: tuple[tuple[str, int], ...]
    is_sealed: bool
    changes: Changes | None = None
    overdue: tuple[Listed, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MunicipalList(AnyList):
    """The list of departures of one municipality.

    `n_departures` counts departures in view, `n_weak` cases that are too weak to ask about. `sample` holds departures
    drawn by chance; they are no signals and in no count of these.
    """

    cases: tuple[Case, ...]
    overdue: tuple[Case, ...] = ()
    look_back_months: int
    n_departures: int
    n_weak: int = 0
    sample: tuple[Drawn, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AbsenceList(AnyList):
    """The list for leerplicht of one municipality.

    `withheld` counts, per suppressor code, the children who never became a case.
    """

    cases: tuple[Absence, ...]
    overdue: tuple[Absence, ...] = ()
    withheld: tuple[tuple[str, int], ...]
