"""The schools of the sample: who teaches what, when each hands in its list, and what a list shows.

Every school hands in a list about once a month, on its own day, none in August. A full history would be
large and is not needed: the newest two lists are complete, of older ones only the rows about pupils who have
left since are there, much as the enrolment memory of the ledger would give them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from brp_signals.sample.people import Enrolment, Person, day_between

#: School numbers (BRIN and location) that no real school has: real ones do not start with a 9.
_NUMBERS = "9{index:01d}{letters}00"
_LISTS_KEPT_WHOLE = 2
_MONTHS_OF_LISTS = 30
_AUGUST = 8
_SHORTEST_MONTH = 28


@dataclass(slots=True)
class School:
    """One school location; `lists` are the days of its deliveries, oldest first."""

    school_id: str
    education_type: str
    lists: tuple[date, ...]
    is_stale: bool = False

    @property
    def last_two(self) -> tuple[date, date]:
        """The days of the two newest lists."""
        return self.lists[-2], self.lists[-1]


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of a school career: one kind of education, from the first day to the last."""

    education_type: str
    first_day: date
    last_day: date


class Schools:
    """All schools in town, among them one that stopped sending lists and one that merged into another."""

    def __init__(self, rng: Random, reference_date: date, persons: int) -> None:
        self.reference_date = reference_date
        primary = max(4, persons // 1500)
        secondary = max(3, persons // 3000)
        kinds = ["PO"] * primary + ["VO"] * secondary + ["MBO", "SBO", "VSO"]
        self.open = [School(_number(i), kind, self._lists(rng)) for i, kind in enumerate(kinds)]
        self.stale = School(
            _number(len(kinds)), "PO", self._lists(rng, until=reference_date - timedelta(days=95)), True
        )
        everyday = self._lists(rng)
        self.merged_on = self._last_merger(everyday)
        first_after = next(day for day in everyday if day > self.merged_on)
        self.merged_from = School(_number(len(kinds) + 1), "PO", tuple(day for day in everyday if day <= first_after))
        self.merged_into = School(_number(len(kinds) + 2), "PO", tuple(day for day in everyday if day >= first_after))
        self.duo_lists = self._lists(rng)
        self.leerplicht_lists = self._lists(rng)

    def next_day(self) -> None:
        """Let a day pass: whose list is due today hands it in, but for the school that stopped and the one that is
        no more."""
        self.reference_date += timedelta(days=1)
        for school in (*self.open, self.merged_into):
            school.lists = self._handed_in(school.lists)
        self.duo_lists = self._handed_in(self.duo_lists)
        self.leerplicht_lists = self._handed_in(self.leerplicht_lists)

    def _handed_in(self, lists: tuple[date, ...]) -> tuple[date, ...]:
        """The lists with today's, when it is the day of the month of the newest one and no August."""
        today = self.reference_date
        is_due = (today - lists[-1]).days >= _SHORTEST_MONTH and (
            today.day == lists[-1].day or (today.day < lists[-1].day and (today + timedelta(days=1)).day == 1)
        )
        return (*lists, today) if is_due and today.month != _AUGUST else lists

    def pick(self, rng: Random, education_type: str) -> School:
        """An ordinary school of a kind; where there is none of its own, the nearest that exists."""
        kind = {"SO": "SBO"}.get(education_type, education_type)
        return rng.choice([school for school in self.open if school.education_type == kind])

    def pick_for_resident(self, rng: Random, education_type: str) -> School:
        """Like `pick`, but primary pupils may also be at the merged or the silent school."""
        if education_type != "PO":
            return self.pick(rng, education_type)
        ordinary = [school for school in self.open if school.education_type == "PO"]
        return rng.choice([*ordinary, self.merged_into, self.stale])

    def enrol(self, child: Person, school: School, phase: Phase, until: date | None = None) -> None:
        """Put a stretch of a career on the lists of a school, open unless it ended before today.

        The merged school held its pupils under its old number first: the same children, a new number.
        """
        ended = phase.last_day if phase.last_day < self.reference_date else until
        first_day = phase.first_day
        if school is self.merged_into and first_day < self.merged_on:
            last_day = self.merged_on - timedelta(days=1)
            old = Enrolment(self.merged_from.school_id, phase.education_type, first_day, last_day)
            child.enrolments.append(old)
            if ended is not None and ended <= last_day:
                old.withdrawn_on = ended
                return
            first_day = self.merged_on
        child.enrolments.append(Enrolment(school.school_id, phase.education_type, first_day, ended))

    def rows(self, person: Person) -> Iterator[tuple[str, ...]]:
        """All rows of a child on all lists, as the contract writes them."""
        for enrolment in person.enrolments:
            yield from self._rows_of(person, enrolment)

    def _rows_of(self, person: Person, enrolment: Enrolment) -> Iterator[tuple[str, ...]]:
        lists = self.leerplicht_lists
        if enrolment.source == "school":
            lists = self._by_id()[enrolment.school_id].lists
            yield from self._duo_rows(person, enrolment)
        noted = max(enrolment.withdrawn_on or date.min, enrolment.known_on or date.min)
        is_ended = enrolment.withdrawn_on is not None
        held = [day for day in lists if enrolment.enrolled_on <= day and (not is_ended or day < noted)]
        recent = lists[-_LISTS_KEPT_WHOLE:]
        for day in held:
            if day in recent or (is_ended and day == held[-1]):
                yield _row(person, enrolment, enrolment.source, day)
        if is_ended and (after := next((day for day in lists if day >= noted), None)):
            yield _row(person, enrolment, enrolment.source, after, enrolment.withdrawn_on)

    def _duo_rows(self, person: Person, enrolment: Enrolment) -> Iterator[tuple[str, ...]]:
        """The national list is by residence: it drops a child from the day of departure."""
        for day in self.duo_lists[-_LISTS_KEPT_WHOLE:]:
            is_pupil = enrolment.enrolled_on <= day and (enrolment.withdrawn_on is None or day < enrolment.withdrawn_on)
            if is_pupil and person.is_registered(day):
                yield _row(person, enrolment, "duo", day)

    def _by_id(self) -> dict[str, School]:
        schools = [*self.open, self.stale, self.merged_from, self.merged_into]
        return {school.school_id: school for school in schools}

    def _lists(self, rng: Random, until: date | None = None) -> tuple[date, ...]:
        newest = (until or self.reference_date) - timedelta(days=rng.randrange(2, 12))
        if newest.month == _AUGUST:
            newest = newest.replace(month=7)
        days = [newest]
        for _ in range(_MONTHS_OF_LISTS):
            days.append(_month_before(days[-1]))
        return tuple(sorted(day for day in days if day.month != _AUGUST))

    def _last_merger(self, lists: tuple[date, ...]) -> date:
        """The newest 1 August after which two lists, two weeks into the school year, have come in."""
        year = self.reference_date.year
        while lists[-2] < date(year, 8, 15):
            year -= 1
        return date(year, 8, 1)


def career(rng: Random, birth: date) -> list[Phase]:
    """The school career of a child: primary, secondary, and vocational for some; special for a few."""
    is_special = rng.random() < 0.04
    first = _birthday(birth, 4)
    transfer = date(birth.year + (12 if birth < date(birth.year, 10, 1) else 13), 8, 1)
    phases = [Phase("SBO" if is_special else "PO", first, transfer - timedelta(days=1))]
    years = 6 if is_special else rng.choices([4, 5, 6], [55, 25, 20])[0]
    finish = transfer.replace(year=transfer.year + years)
    phases.append(Phase("VSO" if is_special else "VO", transfer, finish - timedelta(days=1)))
    if years == 4:
        phases.append(Phase("MBO", finish, finish.replace(year=finish.year + 3) - timedelta(days=1)))
    return phases


def phase_on(phases: list[Phase], day: date) -> Phase | None:
    """The stretch of a career that a day belongs to."""
    return next((phase for phase in phases if phase.first_day <= day <= phase.last_day), None)


def attend(town_schools: Schools, rng: Random, child: Person) -> None:
    """Put a resident child on the lists: where it is today, and what it left in the last year."""
    today = town_schools.reference_date
    for phase in career(rng, child.birth):
        if phase.first_day > today or phase.last_day < today - timedelta(days=365):
            continue
        if phase.first_day > today - timedelta(days=14):
            continue
        school = town_schools.pick_for_resident(rng, phase.education_type)
        if school.is_stale and phase.last_day < today:
            school = town_schools.pick(rng, phase.education_type)
        town_schools.enrol(child, school, phase)
        _also_known_at_leerplicht(town_schools, rng, child)


def change_school(town_schools: Schools, rng: Random, child: Person) -> None:
    """Move a resident pupil to another school of the same kind, somewhere in the last months."""
    today = town_schools.reference_date
    enrolment = child.enrolments[-1]
    if enrolment.withdrawn_on or enrolment.source != "school" or enrolment.enrolled_on > today - timedelta(days=300):
        return
    moved_on = day_between(rng, today - timedelta(days=200), today - timedelta(days=70))
    enrolment.withdrawn_on = moved_on
    other = town_schools.pick(rng, enrolment.education_type)
    if other.school_id != enrolment.school_id:
        child.enrolments.append(Enrolment(other.school_id, enrolment.education_type, moved_on + timedelta(days=1)))


def _also_known_at_leerplicht(town_schools: Schools, rng: Random, child: Person) -> None:
    """The school-duty officer keeps a list too, of the few children with a file there."""
    if rng.random() < 0.03:
        known = child.enrolments[-1]
        child.enrolments.append(
            Enrolment(
                known.school_id,
                known.education_type,
                known.enrolled_on,
                known.withdrawn_on,
                None,
                "leerplicht",
            )
        )


def _row(
    person: Person, enrolment: Enrolment, source: str, seen_on: date, withdrawn_on: date | None = None
) -> tuple[str, ...]:
    return (
        person.person_id,
        enrolment.school_id,
        enrolment.education_type,
        enrolment.enrolled_on.isoformat(),
        withdrawn_on.isoformat() if withdrawn_on else "",
        source,
        seen_on.isoformat(),
    )


def _number(index: int) -> str:
    return _NUMBERS.format(index=index % 10, letters="ABCDEFGHJK"[index // 10 % 10] + "QRSTUVWXYZ"[index // 100 % 10])


def _month_before(day: date) -> date:
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def _birthday(birth: date, years: int) -> date:
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return date(birth.year + years, 3, 1)
