"""Other signs of a child that offices write down: absence, results, exemptions, leave and reports of doubt."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from benchmarks.departed_on_paper.assumptions import Assumptions
from benchmarks.departed_on_paper.chances import days_later, draw_of
from benchmarks.departed_on_paper.life import LIFE_FROM, Child
from benchmarks.departed_on_paper.register import Departure
from benchmarks.departed_on_paper.schools import Attendance, Spell

Kind = Literal["absence_report", "school_result", "exemption", "leave", "tmv_report"]
#: The name under which each kind is delivered.
SOURCES: dict[Kind, str] = {
    "absence_report": "verzuim",
    "school_result": "toetsen",
    "exemption": "vrijstelling",
    "leave": "verlof",
    "tmv_report": "terugmelding",
}
_MONTHS = [date(2024 + (8 + nth) // 12, (8 + nth) % 12 + 1, 1) for nth in range(24)]
_SUMMER = (7, 8)
_ROUNDS = [date(2025, 1, 25), date(2025, 6, 5), date(2026, 1, 25), date(2026, 6, 5)]
_YEARS = 2


@dataclass(frozen=True, slots=True)
class Trace:
    """A dated sign of the child, and the day from which it is delivered."""

    person_id: str
    kind: Kind
    event_on: date
    ended_on: date | None
    known_on: date


def traces(
    child: Child, departure: Departure | None, attended: list[Attendance], spells: list[Spell], assumed: Assumptions
) -> list[Trace]:
    """Every sign that an office wrote down of the child during the two years of the world."""
    return [
        *_absences(child, attended, spells, assumed),
        *_results(child, attended, assumed),
        *_mistaken_results(child, attended, assumed),
        *_exemptions(child, assumed),
        *_leaves(child, attended, assumed),
        *_doubts(child, departure, assumed),
    ]


def _trace(
    child: Child, kind: Kind, event_on: date, ended_on: date | None = None, known_on: date | None = None
) -> Trace:
    return Trace(child.person_id, kind, event_on, ended_on, known_on or days_later(event_on, 3))


def _is_there(attended: list[Attendance], day: date) -> bool:
    return any(part.since <= day and (part.until is None or day < part.until) for part in attended)


def _absences(child: Child, attended: list[Attendance], spells: list[Spell], assumed: Assumptions) -> Iterator[Trace]:
    """A pupil who is there and stays away a while is reported; so is one who left and was never taken off."""
    for month in _MONTHS:
        chance = draw_of(child.person_id, month, "absence")
        happens, event_on = chance.random(), days_later(month, chance.random() * 28)
        counting = [spell for spell in spells if spell.is_open(event_on)]
        if month.month in _SUMMER or not counting:
            continue
        is_there = _is_there(attended, event_on)
        rate = (
            assumed.value("absence_present", event_on)
            if is_there
            else assumed.value("absence_gone", event_on) * max(spell.school.carelessness for spell in counting)
        )
        if happens < rate:
            yield _trace(child, "absence_report", event_on)


def _results(child: Child, attended: list[Attendance], assumed: Assumptions) -> Iterator[Trace]:
    for begin in _ROUNDS:
        chance = draw_of(child.person_id, begin, "result")
        happens, event_on = chance.random(), days_later(begin, chance.random() * 15)
        if _is_there(attended, event_on) and happens < assumed.value("result_present"):
            yield _trace(child, "school_result", event_on)


def _mistaken_results(child: Child, attended: list[Attendance], assumed: Assumptions) -> Iterator[Trace]:
    """An older result entered under the day of entry, or another pupil's result entered for this child."""
    left_on = attended[-1].until if attended else None
    if left_on is None or left_on < LIFE_FROM:
        return
    chance = draw_of(child.person_id, "mistaken result")
    late, wrong, when, month = (chance.random() for _ in range(4))
    if late < assumed.value("result_late", left_on):
        yield _trace(child, "school_result", days_later(left_on, 5 + when * 115))
    if wrong < assumed.value("result_wrong_child", left_on):
        yield _trace(child, "school_result", days_later(left_on, 30 + month * 300))


def _exemptions(child: Child, assumed: Assumptions) -> Iterator[Trace]:
    """An exemption is asked for each school year; that of a child who left may renew itself."""
    for year in (2024, 2025, 2026):
        event_on = date(year, 6, 25)
        is_gone = child.place(event_on) == "gone"
        chance = draw_of(child.person_id, "exemption" if is_gone else ("exemption", year))
        if chance.random() < assumed.value("exemption_renews" if is_gone else "exemption_present", event_on):
            yield _trace(child, "exemption", event_on, date(year + 1, 7, 31))


def _leaves(child: Child, attended: list[Attendance], assumed: Assumptions) -> Iterator[Trace]:
    chance = draw_of(child.person_id, "leave")
    happens, event_on = chance.random(), days_later(LIFE_FROM, chance.random() * 365 * _YEARS)
    if happens < assumed.value("leave_present") * _YEARS and _is_there(attended, event_on):
        yield _trace(child, "leave", event_on, event_on + timedelta(days=7))


def _doubts(child: Child, departure: Departure | None, assumed: Assumptions) -> Iterator[Trace]:
    """A body that meets the child reports its doubt; another one mistakes one child for another."""
    if departure is None:
        return
    chance = draw_of(child.person_id, "doubt")
    happens, when = chance.random(), chance.random()
    event_on = days_later(departure.departed_on, 20 + when * 600)
    is_present = child.place(event_on) != "gone"
    rate = assumed.value("doubt_present" if is_present else "doubt_mistaken", event_on)
    if happens < rate * _YEARS:
        yield _trace(child, "tmv_report", event_on)
