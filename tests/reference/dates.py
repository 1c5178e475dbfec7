"""Incomplete dates as intervals, birthdays and months, written down once more for the reference."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, order=True)
class Interval:
    """All days that a date of the register may be, both ends included."""

    earliest: date
    latest: date

    @property
    def width(self) -> int:
        """Days between the two ends; 0 for a complete date."""
        return (self.latest - self.earliest).days

    @property
    def is_unbounded(self) -> bool:
        """Nothing is known of the date (00000000)."""
        return self == UNBOUNDED

    def lies_within(self, first: date, last: date) -> bool:
        """Every day it may be lies in [first, last]."""
        return first <= self.earliest and self.latest <= last

    def can_meet(self, first: date, last: date) -> bool:
        """Some day it may be lies in [first, last]."""
        return self.earliest <= last and self.latest >= first


UNBOUNDED = Interval(date.min, date.max)


def register_date(text: str) -> Interval | None:
    """`20260302` is one day, `20260300` a month, `20260000` a year, `00000000` any day; empty is no date."""
    if text == "":
        return None
    if text == "00000000":
        return UNBOUNDED
    year, month, day = int(text[0:4]), int(text[4:6]), int(text[6:8])
    if month == 0:
        return Interval(date(year, 1, 1), date(year, 12, 31))
    if day == 0:
        return Interval(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
    return Interval(date(year, month, day), date(year, month, day))


def iso_date(text: str) -> date | None:
    """`2026-03-02`; empty is no date."""
    return date.fromisoformat(text) if text else None


def days(number: int) -> timedelta:
    """A number of days, for sums that read like the text of a rule."""
    return timedelta(days=number)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month when it is shorter."""
    years, month_index = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month_index + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def birthday(born: date, age: int) -> Interval:
    """The day on which one becomes `age`; for 29 February in a common year 28 February or 1 March."""
    year = born.year + age
    if (born.month, born.day) == (2, 29) and not calendar.isleap(year):
        return Interval(date(year, 2, 28), date(year, 3, 1))
    return Interval(date(year, born.month, born.day), date(year, born.month, born.day))


def school_year(day: date) -> int:
    """The year in which the school year of `day` began (1 August to 31 July, WPO 1)."""
    return day.year if day.month >= 8 else day.year - 1
