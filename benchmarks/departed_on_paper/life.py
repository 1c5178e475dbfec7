"""Life first: families that leave, half-leave, come back, move within the country, or simply stay.

Nothing here knows of offices, files or rules. A level of noise changes nothing in this module: the same seed gives the
same lives at every level.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from benchmarks.departed_on_paper.assumptions import Assumptions
from benchmarks.departed_on_paper.chances import days_later, draw_of, number_of, waiting

#: Where a child lives: in the town, elsewhere in the country, or out of the country.
Place = Literal["here", "elsewhere", "gone"]
#: The months in which families of the world leave; the last night is at the end of them.
LIFE_FROM, LIFE_UNTIL = date(2024, 9, 1), date(2026, 8, 10)
#: Families of a town that leave, and families that stay registered, so that schools have pupils to list.
_LEAVING, _STAYING = 70, 60
_CHILDREN = ((1, 0.35), (2, 0.42), (3, 0.23))
_SCHOOL_AGE = (4, 17)
_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Stay:
    """From the day `since` the child lives at `place`, until the next stay begins."""

    place: Place
    since: date


@dataclass(slots=True)
class Child:
    """A child with the places where it really lived, oldest first."""

    person_id: str
    born: date
    stays: list[Stay]

    def place(self, day: date) -> Place:
        """Where the child lived on `day`."""
        lived = [stay.place for stay in self.stays if stay.since <= day]
        return lived[-1] if lived else "here"

    def age(self, day: date) -> int:
        """The age in whole years on `day`."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


@dataclass(slots=True)
class Family:
    """Parents and children of one address; `left_on` is the day on which something happened, if anything did.

    `is_declared` says whether the family told the town that it left.
    """

    number: str
    town: str
    parents: tuple[str, ...]
    children: list[Child]
    left_on: date | None = None
    is_declared: bool = False
    came_back_on: date | None = None


def families(seed: int, town: str, assumed: Assumptions) -> list[Family]:
    """The families of one town: those that leave, or are thought to, and those that stay registered."""
    leaving = [_leaving_family(seed, town, number, assumed) for number in range(_LEAVING)]
    return leaving + [_family(seed, town, f"staying-{number}", LIFE_UNTIL) for number in range(_STAYING)]


def _family(seed: int, town: str, name: str, around: date) -> Family:
    chance = draw_of(seed, town, name, "family")
    numbers, weights = [number for number, _ in _CHILDREN], [weight for _, weight in _CHILDREN]
    youngest = chance.uniform(*_SCHOOL_AGE)
    ages = [youngest]
    for _ in range(chance.choices(numbers, weights)[0] - 1):
        ages.append(ages[-1] + chance.uniform(1.5, 3.5))
    children = [
        Child(number_of(seed, town, name, "child", nth), around - timedelta(days=int(age * _YEAR)), [])
        for nth, age in enumerate(age for age in ages if age < _SCHOOL_AGE[1] + 1)
    ]
    parents = tuple(number_of(seed, town, name, "parent", nth) for nth in range(1 + (chance.random() < 0.75)))
    number = number_of(seed, town, name, "family")
    return Family(number, town, parents, children)


def _leaving_family(seed: int, town: str, number: int, assumed: Assumptions) -> Family:
    chance = draw_of(seed, town, number, "leaving")
    left_on = days_later(LIFE_FROM, chance.random() * (LIFE_UNTIL - LIFE_FROM).days)
    family = _family(seed, town, f"leaving-{number}", left_on)
    family.left_on = left_on
    family.is_declared = chance.random() >= assumed.value("ex_officio")
    _live(family, left_on, draw_of(seed, town, number, "fate"), assumed)
    return family


def _live(family: Family, left_on: date, chance: random.Random, assumed: Assumptions) -> None:
    """Draw what the family really did on the day it left, on paper or truly, and afterwards."""
    way = "declared" if family.is_declared else "ex_officio"
    stays, elsewhere, halves = (assumed.value(f"{way}_{fate}") for fate in ("stays", "elsewhere", "halves"))
    fate, coin, wait = chance.random(), chance.random(), chance.random()
    if fate < stays:
        later = days_later(left_on, 30 + wait * 335) if coin < assumed.value("leaves_later") else None
        _go(family, [Stay("gone", later)] if later else [])
    elif fate < stays + elsewhere:
        _go(family, [Stay("elsewhere", left_on)])
    elif fate < stays + elsewhere + halves:
        _halve(family, left_on, chance)
    else:
        _leave(family, left_on, chance, assumed, way)


def _go(family: Family, stays: list[Stay]) -> None:
    for child in family.children:
        child.stays.extend(stays)


def _halve(family: Family, left_on: date, chance: random.Random) -> None:
    """One parent leaves; of the children at least one stays, with the other parent, in the town or elsewhere."""
    behind: Place = "here" if chance.random() < 0.6 else "elsewhere"
    staying = {chance.randrange(len(family.children)), chance.randrange(len(family.children))}
    for nth, child in enumerate(family.children):
        child.stays.append(Stay(behind if nth in staying else "gone", left_on))


def _leave(family: Family, left_on: date, chance: random.Random, assumed: Assumptions, way: str) -> None:
    """The family leaves the country; some come back, to the town or to another one."""
    stays = [Stay("gone", left_on)]
    if chance.random() < assumed.value(f"{way}_returns"):
        back: Place = "here" if chance.random() < 0.7 else "elsewhere"
        family.came_back_on = days_later(left_on, 30 + waiting(chance, assumed.value("return_days")))
        stays.append(Stay(back, family.came_back_on))
    _go(family, stays)
