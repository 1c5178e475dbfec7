"""What schools write down of their pupils, and the lists that they send.

A pupil's *attendance* is where it really sat. A *spell* is the school's own record of it: it begins a little later,
ends when the school withdraws the pupil, and sometimes does not end. A *list* is what the school knew on a day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from benchmarks.departed_on_paper.assumptions import Assumptions
from benchmarks.departed_on_paper.chances import days_later, draw_of, waiting
from benchmarks.departed_on_paper.life import Child, Family
from benchmarks.departed_on_paper.register import Departure

_PRIMARY, _SECONDARY, _OUTSIDE = 7, 3, 3
_SECONDARY_FROM = 12
#: The first and the last month of which lists exist.
_LISTS_FROM, _LISTS_UNTIL = date(2024, 9, 1), date(2026, 8, 31)
_SUMMER = (7, 8)


@dataclass(frozen=True, eq=False)
class School:
    """A school that sends lists; `carefulness` lies between 0 and 1 and was drawn once."""

    school_id: str
    education_type: str
    carefulness: float
    seed: int
    assumed: Assumptions

    @property
    def carelessness(self) -> float:
        """How much worse than the average school this one is: 1 on average, 0 for a perfect school."""
        return (1 - self.carefulness) * 3

    @cached_property
    def lists(self) -> list[tuple[date, date]]:
        """The lists sent, oldest first: the day on the list, and the day of which it tells the truth."""
        chance = draw_of(self.seed, self.school_id, "lists")
        day_of_month, term = chance.randint(2, 14), chance.random()
        sent = []
        for month in _months(_LISTS_FROM, _LISTS_UNTIL):
            seen_on = month.replace(day=day_of_month)
            missing, old = chance.random(), chance.random()
            in_term_only = term < self.assumed.value("list_in_term_only", seen_on)
            if missing < self.assumed.value("list_missing", seen_on) or (in_term_only and month.month in _SUMMER):
                continue
            is_old = old < self.assumed.value("list_of_last_year", seen_on)
            sent.append((seen_on, seen_on - timedelta(days=365) if is_old else seen_on))
        return sent


@dataclass(frozen=True, slots=True)
class Attendance:
    """From `since` until `until` the child really went to this school; `until` is None when it still does."""

    school: School
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Spell:
    """An enrolment as the school keeps it, with the days on which the school came to know each part of it."""

    school: School
    person_id: str
    enrolled_on: date
    told_from: date
    withdrawn_on: date | None = None
    withdrawal_told_on: date | None = None
    vanishes_on: date | None = None

    def row(self, day: date) -> tuple[date, date | None] | None:
        """What a list of `day` says: first and last day of the enrolment, or None when the pupil is not on it."""
        if day < self.told_from or (self.vanishes_on and day >= self.vanishes_on):
            return None
        is_told = self.withdrawal_told_on is not None and self.withdrawal_told_on <= day
        return self.enrolled_on, self.withdrawn_on if is_told else None

    def is_open(self, day: date) -> bool:
        """Whether the school still counts the child as its pupil on `day`."""
        row = self.row(day)
        return row is not None and row[1] is None


@dataclass(frozen=True, slots=True)
class TownSchools:
    """The schools whose lists a town receives; those outside it teach children who moved."""

    primary: list[School]
    secondary: list[School]
    outside: list[School]

    @property
    def all(self) -> list[School]:
        return [*self.primary, *self.secondary, *self.outside]


def schools_of(seed: int, town: str, assumed: Assumptions) -> TownSchools:
    """The schools of one town, each with a carefulness of its own."""
    chance = draw_of(seed, town, "schools")
    alpha, beta = assumed.value("careful_alpha"), assumed.value("careful_beta")

    def school(nth: int, education_type: str) -> School:
        return School(_school_id(town, nth), education_type, chance.betavariate(alpha, beta), seed, assumed)

    primary = [school(nth, "PO") for nth in range(_PRIMARY)]
    secondary = [school(_PRIMARY + nth, "VO") for nth in range(_SECONDARY)]
    outside = [school(_PRIMARY + _SECONDARY + nth, ("PO", "VO", "PO")[nth]) for nth in range(_OUTSIDE)]
    return TownSchools(primary, secondary, outside)


def attendances(child: Child, family: Family, schools: TownSchools, assumed: Assumptions) -> list[Attendance]:
    """Where the child really went to school, oldest first; time at schools that nobody hears of is left out."""
    return [
        part
        for since, until, places in _periods(child, family, schools, assumed)
        for part in _parts(child, since, until, places)
    ]


Places = tuple[School, School]
_Period = tuple[date, date | None, Places]


def _periods(child: Child, family: Family, schools: TownSchools, assumed: Assumptions) -> Iterator[_Period]:
    """Periods at one pair of schools, the primary and the secondary one that the child would go to."""
    chance = draw_of(child.person_id, "schools")
    own = _pair(schools, draw_of(family.number, "own schools").random(), draw_of(child.person_id, "secondary").random())
    other = _pair(schools, chance.random(), chance.random())
    begun = child.born + timedelta(days=1462)
    first = child.stays[0] if child.stays else None
    if family.left_on is None or (first is None or first.place == "here"):
        yield from _of_who_stayed(
            child, family, own, other, assumed, first.since if first and first.place == "gone" else None
        )
        if first is None:
            return
    else:
        yield begun, first.since, own
    for nth, stay in enumerate(child.stays):
        until = child.stays[nth + 1].since if nth + 1 < len(child.stays) else None
        since = days_later(stay.since, 5 + chance.random() * 55)
        goes, tells = chance.random(), chance.random()
        if stay.place == "elsewhere" and goes < assumed.value("school_elsewhere"):
            if tells < assumed.value("school_elsewhere_tells"):
                yield since, until, (schools.outside[0], schools.outside[1])
        elif stay.place == "here" and nth > 0 and goes < assumed.value("school_after_return"):
            yield since, until, own if tells < 0.6 else other


def _of_who_stayed(
    child: Child, family: Family, own: Places, other: Places, assumed: Assumptions, until: date | None
) -> Iterator[_Period]:
    begun = child.born + timedelta(days=1462)
    chance = draw_of(child.person_id, "stayed")
    way, wait = chance.random(), chance.random()
    same = assumed.value("same_school")
    if family.left_on is None or way < same:
        yield begun, until, own
        return
    yield begun, family.left_on, own
    if way < same + assumed.value("other_school"):
        yield days_later(family.left_on, 5 + wait * 35), until, other


def _pair(schools: TownSchools, first: float, second: float) -> Places:
    return schools.primary[int(first * len(schools.primary))], schools.secondary[int(second * len(schools.secondary))]


def _parts(child: Child, since: date, until: date | None, places: Places) -> Iterator[Attendance]:
    """A period cut at the summer in which the child goes on to secondary school."""
    moves_up = date(child.born.year + _SECONDARY_FROM + (child.born.month >= 10), 8, 1)
    if since < moves_up:
        yield Attendance(places[0], since, moves_up if until is None or until > moves_up else until)
    if until is None or until > moves_up:
        yield Attendance(places[1], max(since, moves_up), until)


def spells(
    child: Child, departure: Departure | None, attended: list[Attendance], schools: TownSchools, assumed: Assumptions
) -> list[Spell]:
    """The records that schools keep of the child, with their lateness and their mistakes."""
    kept: list[Spell] = []
    for nth, attendance in enumerate(attended):
        follows = nth + 1 < len(attended) and attended[nth + 1].since == attendance.until
        kept.extend(_spells_of(child, departure, attendance, follows, assumed))
    left_on = attended[-1].until if attended else None
    if left_on:
        kept.extend(_in_advance(child, left_on, schools, assumed))
    return [again for spell in kept for again in _re_keyed(spell, assumed)]


def _spells_of(
    child: Child, departure: Departure | None, attendance: Attendance, follows: bool, assumed: Assumptions
) -> Iterator[Spell]:
    chance = draw_of(child.person_id, attendance.school.school_id, attendance.since, "spell")
    spell = Spell(
        attendance.school, child.person_id, attendance.since, days_later(attendance.since, chance.random() * 10)
    )
    if attendance.until is None:
        yield from _taken_off_with_register(spell, departure, assumed)
    elif follows:
        yield _withdrawn(spell, attendance.until, days_later(attendance.until, chance.random() * 20))
    else:
        yield _after_leaving(spell, attendance.until, assumed)


def _withdrawn(spell: Spell, withdrawn_on: date, told_on: date) -> Spell:
    """The spell with its end; half of the schools leave a withdrawn pupil on the list for two months more."""
    keeps_row = draw_of(spell.school.seed, spell.school.school_id, "keeps rows").random() < 0.5
    vanishes_on = days_later(told_on, 60) if keeps_row else told_on
    return replace(spell, withdrawn_on=withdrawn_on, withdrawal_told_on=told_on, vanishes_on=vanishes_on)


def _taken_off_with_register(spell: Spell, departure: Departure | None, assumed: Assumptions) -> Iterator[Spell]:
    """A school that follows the register takes off a pupil that is still there; often it enrols the pupil anew."""
    if departure is None:
        yield spell
        return
    chance = draw_of(spell.person_id, "taken off")
    taken, told, again, wait = (chance.random() for _ in range(4))
    told_on = days_later(departure.recorded_on, 5 + told * 35)
    if taken >= assumed.value("taken_off_with_register", told_on) or told_on <= spell.told_from:
        yield spell
        return
    yield _withdrawn(spell, max(departure.departed_on, spell.enrolled_on), told_on)
    if again < assumed.value("enrolled_again"):
        enrolled_on = days_later(told_on, 20 + wait * 70)
        yield Spell(spell.school, spell.person_id, enrolled_on, days_later(enrolled_on, 5))


def _after_leaving(spell: Spell, left_on: date, assumed: Assumptions) -> Spell:
    """The school of a pupil who left: it tells at once, late, in the new school year, or never."""
    chance = draw_of(spell.person_id, spell.school.school_id, left_on, "leaving")
    forgets, day_kind, careless = chance.random(), chance.random(), spell.school.carelessness
    if forgets >= min(assumed.value("withdrawal_forgotten", left_on) * careless, 0.95):
        told_on = days_later(left_on, waiting(chance, assumed.value("withdrawal_days", left_on) * careless))
        return _withdrawn(spell, left_on if day_kind < 0.7 else told_on, told_on)
    for year in (left_on.year, left_on.year + 1, left_on.year + 2):
        cleaned_on = days_later(date(year, 9, 10), chance.random() * 40)
        if cleaned_on > left_on and chance.random() < assumed.value("new_year_cleans", cleaned_on):
            return _withdrawn(spell, left_on if day_kind < 0.5 else max(date(year, 7, 31), left_on), cleaned_on)
    return spell


def _in_advance(child: Child, left_on: date, schools: TownSchools, assumed: Assumptions) -> Iterator[Spell]:
    """A pupil who left was already enrolled for the next school year; the enrolment lapses when nobody comes."""
    chance = draw_of(child.person_id, left_on, "in advance")
    has_one, which, removed = chance.random(), chance.random(), chance.random()
    enrolled_on = date(left_on.year + ((left_on.month, left_on.day) > (7, 1)), 8, 1)
    if has_one >= assumed.value("enrolled_in_advance", enrolled_on):
        return
    pair = _pair(schools, which, which)
    school = pair[child.age(enrolled_on) >= _SECONDARY_FROM]
    lapses_on = days_later(
        date(enrolled_on.year, 8, 20), waiting(chance, assumed.value("advance_lapses_days", enrolled_on))
    )
    spell = Spell(school, child.person_id, enrolled_on, days_later(enrolled_on, -20))
    yield replace(spell, vanishes_on=lapses_on) if removed < 0.5 else _withdrawn(spell, enrolled_on, lapses_on)


def _re_keyed(spell: Spell, assumed: Assumptions) -> Iterator[Spell]:
    """Now and then a school enters an enrolment anew, so that it seems to have begun on another day."""
    chance = draw_of(spell.person_id, spell.enrolled_on, "re-keyed")
    happens, when = chance.random(), chance.random()
    re_keyed_on = days_later(_LISTS_FROM, when * (_LISTS_UNTIL - _LISTS_FROM).days)
    years = (_LISTS_UNTIL - _LISTS_FROM).days / 365
    if happens >= assumed.value("re_keyed", re_keyed_on) * years or not spell.is_open(re_keyed_on):
        yield spell
        return
    yield replace(spell, vanishes_on=re_keyed_on, withdrawn_on=None, withdrawal_told_on=None)
    ends_on = max(spell.withdrawn_on, re_keyed_on) if spell.withdrawn_on else None
    yield replace(spell, enrolled_on=re_keyed_on, told_from=re_keyed_on, withdrawn_on=ends_on)


def _school_id(town: str, nth: int) -> str:
    """A number in the form of a BRIN with its location, of which no two towns share one."""
    rest, letter = divmod(int(town), 26)
    return f"{90 + nth % 10}{_letter(letter)}{_letter(nth)}{rest:02d}"


def _letter(number: int) -> str:
    return chr(ord("A") + number % 26)


def _months(since: date, until: date) -> Iterator[date]:
    month = since.replace(day=1)
    while month <= until:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)
