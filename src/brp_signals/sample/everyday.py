"""An ordinary day among those who live in town: absence, a test, leave, another school, a move, a birth."""

from datetime import date, timedelta
from random import Random
from typing import TypeVar

from brp_signals.sample.households import RETENTION_DAYS, trace
from brp_signals.sample.people import Enrolment, Household, Person, age, school_day
from brp_signals.sample.town import Town

_T = TypeVar("_T")
_DAY = timedelta(days=1)
DAYS_A_YEAR = 365
PUPIL_AGES = range(4, 19)
#: How often in a year: per pupil a trace or another school, per family an address or a child.
_TRACES = {
    "absence_report": 0.03,
    "school_result": 0.15,
    "leave": 0.06,
    "tmv_report": 0.008,
    "municipal_provision": 0.03,
}
_OTHER_SCHOOL, _MOVES, _BIRTHS = 0.02, 0.1, 0.07
_FIRST_LIST = timedelta(days=14)


def live_a_day(town: Town, rng: Random) -> None:
    """Let everything happen today that has nothing to do with a departure; sources forget what they may not keep."""
    _forget(town)
    children = [child for household in town.families for child in household.children]
    pupils = [child for child in children if open_enrolments(child) and age(child.birth, _today(town)) in PUPIL_AGES]
    for kind, times_a_year in _TRACES.items():
        for child in _some(rng, pupils, times_a_year):
            on = school_day(rng, _today(town) - 4 * _DAY, _today(town) - _DAY)
            child.traces.append(trace(kind, on, on + 5 * _DAY if kind == "leave" else None))
    for child in _some(rng, pupils, _OTHER_SCHOOL):
        _withdraw(child, _today(town))
        enrol(town, rng, child, _today(town) + _DAY)
    for household in _some(rng, town.families, _MOVES):
        _move(town, rng, household)
    for household in _some(rng, town.families, _BIRTHS):
        _is_born(town, rng, household)
    for child in children:
        _grow_up(town, rng, child)


def times(rng: Random, expected: float) -> int:
    """How often something happens today that happens `expected` times a day on the average."""
    return int(expected + rng.random())


def open_enrolments(child: Person) -> list[Enrolment]:
    """The enrolments of a child that no school has ended."""
    return [enrolment for enrolment in child.enrolments if enrolment.withdrawn_on is None]


def enrol(town: Town, rng: Random, child: Person, on: date) -> None:
    """Put a child on the lists of an ordinary school for its age."""
    kind = kind_of_school(child, on)
    child.enrolments.append(Enrolment(town.schools.pick(rng, kind).school_id, kind, on))


def kind_of_school(child: Person, on: date) -> str:
    """Primary until the summer after the twelfth birthday, counted from October to September."""
    transfer = child.birth.year + (12 if (child.birth.month, child.birth.day) < (10, 1) else 13)
    return "PO" if on < date(transfer, 8, 1) else "VO"


def _today(town: Town) -> date:
    return town.reference_date


def _some(rng: Random, many: list[_T], times_a_year: float) -> list[_T]:
    """Those whom something befalls today that befalls each of them so often in a year."""
    return [rng.choice(many) for _ in range(times(rng, len(many) * times_a_year / DAYS_A_YEAR))]


def _forget(town: Town) -> None:
    for person in town.people:
        person.traces = [
            seen for seen in person.traces if seen.event_on + RETENTION_DAYS[seen.kind] * _DAY >= _today(town)
        ]


def _move(town: Town, rng: Random, household: Household) -> None:
    household.address_id = town.new_id()
    for person in household.members:
        town.lives(rng, person, household.address_id, _today(town) - _DAY)


def _is_born(town: Town, rng: Random, household: Household) -> None:
    child = town.add(_today(town) - 2 * _DAY)
    child.parent1_id, child.parent2_id = [*(parent.person_id for parent in household.parents), ""][:2]
    household.children.append(child)
    town.lives(rng, child, household.address_id, child.birth)


def _grow_up(town: Town, rng: Random, child: Person) -> None:
    """To school soon after the fourth birthday, to the next one on 1 August, and off at eighteen."""
    today, born = _today(town), child.birth
    fourth = date(born.year + 4, born.month, min(born.day, 28))
    if fourth == today - _FIRST_LIST:
        enrol(town, rng, child, today)
    elif (today.month, today.day) == (8, 1) and (known := open_enrolments(child)):
        is_through = known[-1].education_type in ("PO", "SBO") and kind_of_school(child, today) == "VO"
        is_adult = age(born, today) >= 18
        if is_through or is_adult:
            _withdraw(child, today - _DAY)
        if is_through:
            enrol(town, rng, child, today)


def _withdraw(child: Person, on: date) -> None:
    for enrolment in open_enrolments(child):
        enrolment.withdrawn_on = on
