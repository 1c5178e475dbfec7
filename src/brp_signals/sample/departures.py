"""How departures are staged: the catalogue of stories and the stage they are told on.

A *story* is what really happened behind a departure, with what the files will show of it. `stories_silent`
holds the many that leave no sign, `stories_with_signs_here` and `stories_with_signs_innocent` the few that do.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TypedDict, Unpack

from brp_signals.base.dates import add_months
from brp_signals.sample.households import family, trace
from brp_signals.sample.people import (
    YEAR,
    Enrolment,
    Household,
    Person,
    age,
    day_between,
    school_day,
    years_before,
)
from brp_signals.sample.schools import School, career, phase_on
from brp_signals.sample.town import Town, Truth, is_found

#: Departures of children of compulsory school age in 24 months, per inhabitant (domain sheet, section 8).
BASE_RATE = 160 / 100_000
LOOK_BACK_MONTHS = 24
#: How many stories leave a sign. Brothers and sisters without one make the share of departures a bit lower.
_SHARE_WITH_SIGN = 0.12
_COMPULSORY_AGES = range(5, 18)


@dataclass(frozen=True, slots=True)
class Story:
    """One kind of departure. `expected` is what the rules should come to for its main child: a `signal`, `none`,
    a suppressor, `sealed` for a child with secrecy, or `not_judged` where no case may come of it.

    How strong a signal is, and whether it is strong enough for a list, is left to the weighing. No story
    expects anything of one school list after the departure (L-06)."""

    code: str
    weight: float
    was_here: str
    expected: str
    signs: tuple[str, ...]
    meaning_nl: str
    tell: Callable[["Stage"], None]

    @property
    def shows_sign(self) -> bool:
        """Whether some rule should find something, suppressed or not."""
        return is_found(self.expected)


CATALOGUE: dict[str, Story] = {}


def story(
    code: str, *, weight: float, meaning: str, was_here: str = "nee", expected: str = "none", signs: str = ""
) -> Callable[[Callable[["Stage"], None]], Callable[["Stage"], None]]:
    """Register the function as a story of the catalogue."""

    def register(tell: Callable[["Stage"], None]) -> Callable[["Stage"], None]:
        CATALOGUE[code] = Story(code, weight, was_here, expected, tuple(signs.split()), meaning, tell)
        return tell

    return register


def tell_stories(town: Town, factor: int) -> None:
    """Let children leave: about `factor` times as many as in a real town of this size.

    With a factor above 1 every story occurs at least once; without, chance alone decides, as in life.
    """
    rng = town.stream("stories")
    wanted = round(town.size * BASE_RATE * factor)
    if factor > 1:
        for entry in CATALOGUE.values():
            entry.tell(Stage(town, entry))
    with_signs = [entry for entry in CATALOGUE.values() if entry.shows_sign]
    silent = [entry for entry in CATALOGUE.values() if not entry.shows_sign]
    while (told := sum(truth.is_compulsory_age for truth in town.truths)) < wanted:
        signs = sum(truth.shows_sign for truth in town.truths)
        enough = signs > told * _SHARE_WITH_SIGN
        stories = silent if rng.random() >= _SHARE_WITH_SIGN or enough else with_signs
        entry = rng.choices(stories, [candidate.weight for candidate in stories])[0]
        entry.tell(Stage(town, entry))


class How(TypedDict, total=False):
    """How a departure was written down, where it differs from an ordinary declaration."""

    lag: tuple[int, int]
    """Days until it was recorded: at least, and less than."""
    is_unknown: bool
    is_ex_officio: bool
    known: str
    """Which part of the date is known: day, month, year."""
    is_copied: bool
    municipality: str


class Stage:
    """What the stories are told with: families, departures, schools, signs. Days count back from today."""

    def __init__(self, town: Town, entry: Story) -> None:
        self.town = town
        self.story = entry
        self.today = town.reference_date
        self.rng: Random = town.stream(f"story/{entry.code}/{len(town.truths)}")

    def ago(self, least: int, most: int) -> date:
        """A day between `least` and `most` days ago."""
        return day_between(self.rng, self.today - timedelta(days=most), self.today - timedelta(days=least))

    def departure_day(self, least: int = 90) -> date:
        """A day in the look-back, more often in summer, when most people move."""
        first = add_months(self.today, -LOOK_BACK_MONTHS) + timedelta(days=5)
        for _ in range(2):
            day = day_between(self.rng, first, self.today - timedelta(days=least))
            if day.month in (6, 7, 8):
                break
        return day

    def some_days(self, least: int, most: int) -> timedelta:
        """A stretch of days of random length."""
        return timedelta(days=self.rng.randrange(least, most + 1))

    def school_day(self, first: date, last: date) -> date:
        """A day with lessons in a period."""
        return school_day(self.rng, first, last)

    def birth(self, years: float, on: date | None = None, spread: float = 0.9) -> date:
        """A birth date of a child of about `years` to `years + spread` years old on a day (today)."""
        return (on or self.today) - self.some_days(round(years * YEAR) + 3, round((years + spread) * YEAR) - 3)

    def pupil_birth(self) -> date:
        """The birth date of a child well inside primary or secondary school, now and a year or two ago."""
        return self.birth(self.rng.choice([8, 9, 10, 14, 15]))

    def primary_birth(self) -> date:
        """The birth date of a child in the middle of primary school for all of the look-back."""
        return self.birth(self.rng.choice([8, 9, 10]))

    def family(
        self, birth: date, here_by: date, *, siblings: int | None = None, parents: int | None = None
    ) -> tuple[Household, Person]:
        """A family in town around one child; the child comes second."""
        wanted = siblings if siblings is not None else self.rng.choices([0, 1, 2], [45, 40, 15])[0]
        births = [birth]
        for _ in range(wanted):
            other = birth + self.some_days(500, 2000) * self.rng.choice([-1, 1])
            if years_before(here_by, 16) < other < here_by - timedelta(days=60):
                births.append(other)
        household = family(self.town, self.rng, births, here_by - timedelta(days=45), parents)
        return household, next(child for child in household.children if child.birth == birth)

    def event_then_departure(self, grace: int, least: int = 8, most: int = 320) -> tuple[date, date]:
        """A school day in the last months, and a departure at least `grace` days before it."""
        event = self.school_day(self.today - timedelta(days=most), self.today - timedelta(days=least))
        return event, event - self.some_days(grace, grace + 160)

    def pupil_who_left(self, left: date, *, siblings: int | None = 0, **how: Unpack[How]) -> Person:
        """A pupil of a family that left together on a day."""
        household, child = self.family(self.pupil_birth(), left, siblings=siblings)
        self.leave_together(household, child, left, **how)
        return child

    def leave(self, people: Iterable[Person], on: date, **how: Unpack[How]) -> None:
        """Deregister people on one day: declared, or ex officio after an inquiry."""
        is_unknown = how.get("is_unknown", False)
        by_office = how.get("is_ex_officio", is_unknown)
        days = self.rng.randrange(*how.get("lag", (32, 58) if by_office else (0, 6)))
        is_copied = how.get("is_copied", self.rng.random() < 0.12)
        municipality = how.get("municipality", "1999" if self.rng.random() < 0.85 else self.town.municipality)
        for person in people:
            is_child = age(person.birth, on) < 16
            self.town.leaves(
                person,
                on,
                on + timedelta(days=days),
                declared_by="A" if by_office else "G" if is_child else "I",
                is_unknown=is_unknown,
                known=how.get("known", "day"),
                municipality=municipality,
                is_copied=is_copied,
            )

    def leave_together(self, household: Household, child: Person, on: date, **how: Unpack[How]) -> None:
        """Deregister the whole family; brothers and sisters leave school and get their line of truth."""
        self.leave(household.members, on, **how)
        for sibling in household.children:
            if sibling is not child:
                self.attended(sibling, on, withdrawn_on=on)
                self._truth_of_sibling(sibling)

    def attended(
        self, child: Person, left_on: date, *, withdrawn_on: date | None, school: School | None = None
    ) -> Enrolment | None:
        """Put the child's school at its departure on the lists; `withdrawn_on` None means never taken off."""
        phase = phase_on(career(self.rng, child.birth), left_on - timedelta(days=1))
        if phase is None:
            return None
        place = school or self.town.schools.pick(self.rng, phase.education_type)
        enrolment = Enrolment(place.school_id, phase.education_type, phase.first_day, withdrawn_on)
        if withdrawn_on is not None and phase.last_day < withdrawn_on:
            enrolment.withdrawn_on = phase.last_day
        child.enrolments.append(enrolment)
        return enrolment

    def stayed_on_list(self, child: Person, school: School | None = None) -> Enrolment:
        """The school never took the child off its list: it is open today as it was on both last lists."""
        kind = "PO" if age(child.birth, self.today) < 12 else "VO"
        place = school or self.town.schools.pick(self.rng, kind)
        started = child.birth + timedelta(days=round(4 * YEAR))
        if kind == "VO":
            year = child.birth.year + (12 if child.birth < date(child.birth.year, 10, 1) else 13)
            started = date(year, 8, 1)
        enrolment = Enrolment(place.school_id, kind, started)
        child.enrolments.append(enrolment)
        return enrolment

    def before_both_lists(self, school: School) -> date:
        """A departure day from which both last lists of a school are more than the grace days away."""
        return school.last_two[0] - self.some_days(32, 260)

    def sign(self, child: Person, kind: str, on: date, ended_on: date | None = None) -> None:
        """Leave a trace of the child in the source of its kind."""
        child.traces.append(trace(kind, on, ended_on))

    def back(self, people: Iterable[Person], on: date) -> None:
        """Register people again, at a new address in town."""
        address = self.town.new_id()
        for person in people:
            self.town.returns(self.rng, person, on, address)

    def truth(self, child: Person, *, departed_on: str | None = None, expected: str | None = None) -> None:
        """Write down what really happened to the main child of the story."""
        entry = self.story
        self._write_truth(
            child,
            departed_on,
            expected or entry.expected,
            entry.signs if expected is None else (),
            entry.meaning_nl,
        )

    def _truth_of_sibling(self, sibling: Person) -> None:
        if age(sibling.birth, _first_day(self._departure_of(sibling))) < 18:
            text = f"Broer of zus in hetzelfde verhaal, zelf zonder teken: {self.story.meaning_nl}"
            self._write_truth(sibling, None, "none", (), text)

    def _write_truth(
        self, child: Person, departed_on: str | None, expected: str, signs: tuple[str, ...], meaning_nl: str
    ) -> None:
        departure = departed_on or self._departure_of(child)
        self.town.truths.append(
            Truth(
                child.person_id,
                departure,
                self.story.code,
                self.story.was_here,
                age(child.birth, _first_day(departure)) in _COMPULSORY_AGES,
                signs,
                expected,
                meaning_nl,
            )
        )

    @staticmethod
    def _departure_of(child: Person) -> str:
        return next(row.departure_date for row in reversed(child.residences) if row.departure_date)


def _first_day(text: str) -> date:
    """The first day that a register date may be."""
    return date(int(text[:4]), int(text[4:6]) or 1, int(text[6:]) or 1)
