"""What a run knows of every case, of whichever kind, beside its own dates and signs."""

import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple, TypedDict

from brp_signals.base.dates import dutch
from brp_signals.base.rule_files import Rule
from brp_signals.publish import wording
from brp_signals.publish.changes import Changed
from brp_signals.publish.follow_ups import follow_up, next_step
from brp_signals.publish.list_content import Changes, Listed, Sign
from brp_signals.state.schools import School, Schools
from brp_signals.steps.night import Night

Row = dict[str, Any]

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Found(NamedTuple):
    """A case as a list shows it, with its row of the tables of the run."""

    case: Any
    row: Row


class OfEveryCase(TypedDict):
    """The fields of `Listed` that are made alike for every kind of case."""

    case_id: str
    municipality_code: str
    person_id: str
    status: str
    rank: int
    next_step_nl: str
    organisation_nl: str
    duty_until: date
    notes_nl: tuple[str, ...]
    signs: tuple[Sign, ...]
    change_nl: str
    decision_nl: str
    follow_up_nl: str
    due_on: date | None


class OfEveryList(TypedDict):
    """The fields of `AnyList`; `cases` and `overdue` are of the kind of the list."""

    municipality_code: str
    reference_date: date
    cases: tuple[Any, ...]
    suppressed: tuple[tuple[str, int], ...]
    is_sealed: bool
    changes: Changes | None
    overdue: tuple[Any, ...]


class Background:
    """What the run says of its cases by their number: what changed, which sources fell silent, which decision holds."""

    def __init__(self, night: Night, changed: Changed, schools: Schools) -> None:
        self.today = night.reference_date
        self.schools = schools
        self._changed = changed
        self._unheard = _read_unheard(night, schools)
        self._day_numbers = read_day_numbers(night)

    def of_case(self, row: Row, leading: Rule, signs: tuple[Sign, ...], cautions: Sequence[str]) -> OfEveryCase:
        """What every case has; `leading` is the rule that says its next step, `cautions` are those of its kind."""
        case_id, outcome, decided_on = row["case_id"], row["outcome_code"], row["decided_on"]
        todo = follow_up(row["status"], row["suppressor_code"], outcome, decided_on, row["opened_on"], signs)
        step, organisation = next_step(leading, todo, outcome)
        return OfEveryCase(
            case_id=case_id,
            municipality_code=row["municipality_code"],
            person_id=row["person_id"],
            status=row["status"],
            rank=row["rank"] or 0,
            next_step_nl=step,
            organisation_nl=organisation,
            duty_until=row["duty_until"],
            notes_nl=(*cautions, *self._unheard.get(case_id, ())),
            signs=signs,
            change_nl=self._changed.of_case(case_id),
            decision_nl=wording.decision_in_force(outcome, decided_on, self._day_numbers.get(case_id, 1)),
            follow_up_nl=todo.step_nl if todo else "",
            due_on=todo.due_on if todo else None,
        )


def _read_unheard(night: Night, schools: Schools) -> dict[str, tuple[str, ...]]:
    """By case number the sentences about what says nothing about the child tonight: it is silent, or the watch holds
    it."""
    silent = night.warehouse.query(
        "SELECT case_id, source, since_on FROM cases_silences AS silences WHERE NOT is_heard "
        "AND (case_id, source) NOT IN (SELECT (case_id, subject) FROM cases_held WHERE subject_kind = 'source') "
        "ORDER BY case_id, source",
        "cases/silences",
    )
    held = night.warehouse.query("SELECT * FROM cases_held ORDER BY ALL", "cases/held")
    sentences = [
        *((row["case_id"], wording.silence(row["source"], row["since_on"])) for row in silent),
        *(
            (row["case_id"], wording.held(row["subject_kind"], schools.named(row["subject"]), row["from_on"]))
            for row in held
        ),
    ]
    found: dict[str, tuple[str, ...]] = {}
    for case_id, sentence in sentences:
        found[case_id] = (*found.get(case_id, ()), sentence)
    return found


def read_day_numbers(night: Night) -> dict[str, int]:
    """By case number, where it is not the first, which decision of its day is in force."""
    rows = night.warehouse.query("SELECT case_id, day_no FROM recall_repeats", "recall/repeats")
    return {row["case_id"]: row["day_no"] for row in rows}


def overdue(cases: Sequence[Listed], today: date) -> tuple[Listed, ...]:
    """The cases whose last day for the next step is over, the oldest first."""
    late = [(case.due_on, case.case_id, case) for case in cases if case.due_on and case.due_on < today]
    return tuple(case for _, _, case in sorted(late, key=lambda item: item[:2]))


def told_facts(text: str, schools: Schools) -> tuple[dict[str, Any], School | None]:
    """The facts of a sign as its sentence says them, a school by number and name, and that school when it is known."""
    facts = json.loads(text)
    school = schools.find(facts.get("school_id", ""))
    return (facts | {"school_id": school.title_nl}, school) if school else (facts, None)


def told(value: Any) -> str:
    """A fact of a sign as its sentence says it: a day in Dutch, also one that is written as text."""
    if isinstance(value, date):
        return dutch(value)
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        return dutch(date.fromisoformat(value))
    return str(value)
