"""What the register records of a family: a departure, its recording, and a new registration."""

from dataclasses import dataclass
from datetime import date

from benchmarks.departed_on_paper.assumptions import Assumptions
from benchmarks.departed_on_paper.chances import days_later, draw_of, waiting
from benchmarks.departed_on_paper.life import Family

_YEAR = 365


@dataclass(frozen=True, slots=True)
class Departure:
    """A departure as registered: its legal day, the day it was recorded, and the new registration, if there is one."""

    departed_on: date
    recorded_on: date
    is_destination_unknown: bool
    registered_again_on: date | None


def departure_of(family: Family, assumed: Assumptions) -> Departure | None:
    """What the register makes of the family's leaving; None when it never left, or was back before it was decided."""
    if family.left_on is None:
        return None
    departed_on, recorded_on = (_declared if family.is_declared else _ex_officio)(family, family.left_on, assumed)
    again_on = _registered_again_on(family, departed_on, assumed)
    if again_on and again_on <= recorded_on:
        return None
    return Departure(departed_on, recorded_on, not family.is_declared, again_on)


def _declared(family: Family, left_on: date, assumed: Assumptions) -> tuple[date, date]:
    chance = draw_of(family.number, "declared")
    departed_on = days_later(left_on, -chance.uniform(0, 5))
    days = waiting(chance, assumed.value("declared_recorded_days", departed_on))
    return departed_on, days_later(departed_on, days)


def _ex_officio(family: Family, left_on: date, assumed: Assumptions) -> tuple[date, date]:
    """Somebody notices, an inquiry follows, the intention is announced (the legal day), and it is recorded later."""
    chance = draw_of(family.number, "ex officio")
    noticed = waiting(chance, assumed.value("notice_days"))
    inquiry = assumed.value("inquiry_days") * chance.uniform(0.6, 1.6)
    departed_on = days_later(left_on, noticed + inquiry)
    return departed_on, days_later(
        departed_on, 7 + waiting(chance, assumed.value("ex_officio_recorded_days", departed_on))
    )


def _registered_again_on(family: Family, departed_on: date, assumed: Assumptions) -> date | None:
    chance = draw_of(family.number, "registered again")
    registers, found, wait, when = (chance.random() for _ in range(4))
    if family.came_back_on and registers < assumed.value("registers_again"):
        return days_later(family.came_back_on, 1 + waiting(chance, assumed.value("registers_again_days")))
    stays = family.children[0].stays
    is_wrong = not stays or any(stay.place != "gone" for stay in stays)
    if is_wrong and found < assumed.value("found_again"):
        wrong_from = max(departed_on, family.came_back_on or departed_on)
        return days_later(wrong_from, 30 + when * (_YEAR - 30) + wait)
    return None
