"""What a list holds, as plain values: the one thing workbook, page and explain are written from."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Sign:
    """One row of evidence behind a case: what, when, from which source, in a sentence."""

    rule_code: str
    title_nl: str
    event_on: date
    source: str
    sentence_nl: str
    is_context: bool


@dataclass(frozen=True)
class Case:
    """One departure that raises a question, with everything a clerk needs to weigh it.

    `departed_on`/`departed_latest_on` bound an incomplete departure date; `score_parts` are
    (Dutch label, points) that add up to `score`; `notes_nl` are cautions such as an incomplete date.
    `signs` are ordered: level-making evidence first by date, then context. `change_nl` says what changed since the run
    before, empty when nothing did. `decision_nl` is the decision in force, `follow_up_nl` what somebody must do and
    `due_on` the last day for it; empty when there is none.
    """

    case_id: str
    municipality_code: str
    person_id: str
    departed_on: date
    departed_latest_on: date
    recorded_on: date | None
    is_destination_unknown: bool
    is_ex_officio: bool
    level: str
    status: str
    rule_codes: tuple[str, ...]
    first_sign_on: date
    last_sign_on: date
    rank: int
    score: Decimal
    score_parts: tuple[tuple[str, Decimal], ...]
    reason_nl: str
    next_step_nl: str
    organisation_nl: str
    duty_from: date
    duty_until: date
    notes_nl: tuple[str, ...]
    signs: tuple[Sign, ...]
    change_nl: str = ""
    decision_nl: str = ""
    follow_up_nl: str = ""
    due_on: date | None = None


@dataclass(frozen=True)
class Drawn:
    """One departure without a sign that was drawn by chance, one of `n_drawn` out of `n_frame`, and waits for a look.

    `departed_on`/`departed_latest_on` bound an incomplete departure date; `decision_nl` is the decision in force, empty
    when there is none; `due_on` is the last day for the next step.
    """

    case_id: str
    municipality_code: str
    person_id: str
    departed_on: date
    departed_latest_on: date
    recorded_on: date | None
    is_destination_unknown: bool
    is_ex_officio: bool
    drawn_on: date
    n_drawn: int
    n_frame: int
    next_step_nl: str
    due_on: date | None
    decision_nl: str = ""


@dataclass(frozen=True)
class Changes:
    """What changed for one municipality since its run with reference date `since`.

    `counts` pairs a status with the number of cases that came into it; `lines_nl` names each case that left the list.
    """

    since: date
    counts: tuple[tuple[str, int], ...]
    lines_nl: tuple[str, ...]


@dataclass(frozen=True)
class MunicipalList:
    """The list of one municipality for one reference date; `suppressed` counts cases per suppressor code.

    `rule_codes_used` is derived by writers from the cases; `n_departures` counts departures in view. `overdue` are the
    cases whose last day is over, the oldest first; a case with an open address inquiry may be one without being listed.
    `sample` holds departures drawn by chance; they are no cases and in no count.
    """

    municipality_code: str
    reference_date: date
    look_back_months: int
    cases: tuple[Case, ...]
    suppressed: tuple[tuple[str, int], ...]
    n_departures: int
    is_sealed: bool
    changes: Changes | None = None
    overdue: tuple[Case, ...] = ()
    sample: tuple[Drawn, ...] = ()
