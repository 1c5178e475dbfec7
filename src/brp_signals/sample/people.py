"""The people of the sample, in the text forms of the delivery contract. Every one of them is invented."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

#: A year with its leap days, for ages counted in days.
YEAR = 365.25


def register_date(day: date, known: str = "day") -> str:
    """`day` as the register writes it; `known` = "month", "year" or "nothing" leaves parts unknown."""
    text = f"{day.year:04d}{day.month:02d}{day.day:02d}"
    return {"day": text, "month": text[:6] + "00", "year": text[:4] + "0000", "nothing": "00000000"}[known]


def years_before(day: date, years: float) -> date:
    """The day about `years` years before `day`."""
    return day - timedelta(days=round(years * YEAR))


def day_between(rng: Random, first: date, last: date) -> date:
    """A random day, both ends included; `first` when the two are the wrong way round."""
    return first + timedelta(days=rng.randrange(max(0, (last - first).days) + 1))


def age(birth: date, on: date) -> int:
    """Completed years of life on a day."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def school_day(rng: Random, first: date, last: date) -> date:
    """A random day on which there is school; any random day when holidays fill the whole period."""
    for _ in range(200):
        day = day_between(rng, first, last)
        if day.weekday() < 5 and not _is_holiday(day):
            return day
    return day_between(rng, first, last)


def _is_holiday(day: date) -> bool:
    return (7, 10) <= (day.month, day.day) <= (8, 25) or (day.month, day.day) >= (12, 20) or day <= date(day.year, 1, 5)


@dataclass(slots=True)
class Residence:
    """One row of the residence history, as text."""

    municipality_code: str
    address_function: str = ""
    address_id: str = ""
    address_from: str = ""
    departure_date: str = ""
    is_destination_unknown: str = ""
    declared_by: str = ""
    valid_from: str = ""
    recorded_on: str = ""
    is_under_inquiry: str = "0"
    is_incorrect: str = "0"
    inquiry_from: str = ""


@dataclass(slots=True)
class Enrolment:
    """A child at a school. The school's lists show a withdrawal only from `known_on` on."""

    school_id: str
    education_type: str
    enrolled_on: date
    withdrawn_on: date | None = None
    known_on: date | None = None
    source: str = "school"


@dataclass(frozen=True, slots=True)
class Trace:
    """A dated sign of life from one of the declared sources."""

    kind: str
    source_code: str
    event_on: date
    ended_on: date | None = None


@dataclass(slots=True)
class Person:
    """Somebody in the register; `residences` run from old to new."""

    person_id: str
    birth: date
    birth_date: str
    municipality_code: str
    suspension_reason: str = ""
    suspension_date: str = ""
    parent1_id: str = ""
    parent2_id: str = ""
    is_confidential: bool = False
    residences: list[Residence] = field(default_factory=list)
    enrolments: list[Enrolment] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
    away: list[tuple[date, date | None]] = field(default_factory=list)

    def is_registered(self, on: date) -> bool:
        """Whether the register counts the person as a resident on a day."""
        gone = any(left <= on and (back is None or on < back) for left, back in self.away)
        return not gone and self.birth <= on and self.suspension_reason in ("", "E")


@dataclass(slots=True)
class Household:
    """Parents and children at one address."""

    parents: list[Person]
    children: list[Person]
    address_id: str

    @property
    def members(self) -> list[Person]:
        """Everybody, parents first."""
        return [*self.parents, *self.children]
