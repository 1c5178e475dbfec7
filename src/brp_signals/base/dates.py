"""Dates of the register, which may be incomplete, and the little date arithmetic around them.

The population register writes a date as eight digits and puts 00 where a part is unknown (Logisch Ontwerp
BRP, element 03.10 and every other date element). Such a date is not one day but the closed interval of all
days that it may be; a condition holds only when it holds for every day of the interval, so that doubt
protects the child. Dates of school lists and traces are complete and written as ISO 8601.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

#: The clock that says on which day a moment falls.
HERE: Final = ZoneInfo("Europe/Amsterdam")

#: Bounds of a wholly unknown date (`00000000`).
FIRST_DAY: Final = date.min
LAST_DAY: Final = date.max

#: The oldest year that the register can mean; an older one is a typing error.
FIRST_YEAR: Final = 1800

#: The newest year that a date can have: a later one stands for something else. The SQL macros say the same.
LAST_YEAR: Final = 2999
#: Years that a row of a school list or of traces can mean. An older year is a placeholder (1899, 1900, 1970); a later
#: one stands for "no end" where an end is asked for, and means nothing elsewhere. Gateway and SQL macros say so
#: alike: what the gateway keeps, a run does not set aside.
FIRST_LIST_YEAR: Final = 1980
LAST_LIST_YEAR: Final = 2099

#: The days of ninety years.
_MOST_DATES_KEPT: Final = 1 << 15
_REGISTER_DATE = re.compile(r"[0-9]{8}", re.ASCII)
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """The days that an incomplete date may be, both ends included."""

    earliest: date
    latest: date

    @property
    def is_complete(self) -> bool:
        """Whether the date is one known day."""
        return self.earliest == self.latest

    @property
    def is_unbounded(self) -> bool:
        """Whether nothing at all is known of the date."""
        return self.earliest == FIRST_DAY and self.latest == LAST_DAY


UNKNOWN: Final = Interval(FIRST_DAY, LAST_DAY)


@lru_cache(_MOST_DATES_KEPT)
def parse_register_date(text: str) -> Interval | None:
    """The interval that a register date (`YYYYMMDD`, unknown parts 00) stands for; empty means absent: None.

    Raises ValueError, without the value in it, for text of another form and for days that do not exist. Dates repeat,
    so their answers are cached; an error is not, so that no text that is no date is kept.
    """
    if text == "":
        return None
    if not _REGISTER_DATE.fullmatch(text):
        raise ValueError("a register date has eight digits")
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    if year == month == day == 0:
        return UNKNOWN
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError("the year of a register date is from 1800 to 2999")
    if month == 0 and day == 0:
        return Interval(date(year, 1, 1), date(year, 12, 31))
    if not 1 <= month <= 12:
        raise ValueError("the month of a register date does not exist")
    last = calendar.monthrange(year, month)[1]
    if day == 0:
        return Interval(date(year, month, 1), date(year, month, last))
    if day > last:
        raise ValueError("the day of a register date does not exist")
    return Interval(date(year, month, day), date(year, month, day))


def is_register_date(text: str) -> bool:
    """Whether `text` is a register date, possibly incomplete; empty text is none."""
    try:
        return parse_register_date(text) is not None
    except ValueError:
        return False


def parse_iso_date(text: str) -> date | None:
    """The day written as `YYYY-MM-DD`; empty means absent: None.

    Raises ValueError, without the value in it, for anything else. The other forms of ISO 8601 (weeks, no
    dashes) are refused: school lists and traces have one form.
    """
    if text == "":
        return None
    if not _ISO_DATE.fullmatch(text):
        raise ValueError("a date is written as YYYY-MM-DD")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError("the date does not exist") from None
    if not FIRST_LIST_YEAR <= day.year <= LAST_LIST_YEAR:
        raise ValueError("the year of a date is from 1980 to 2099")
    return day


def is_no_end(day: date) -> bool:
    """Whether an end on this day stands for "no end"."""
    return day.year > LAST_LIST_YEAR


def case_date(text: str) -> Interval | None:
    """Return the days that a case is about: a departure has a register date, an absence a day written as `YYYY-MM-DD`.

    Raises ValueError, without the value in it, for anything else.
    """
    if day := parse_iso_date(text) if "-" in text else None:
        return Interval(day, day)
    return parse_register_date(text)


def today() -> date:
    """Return the present day in the Netherlands."""
    return datetime.now(HERE).date()


def lies_ahead(day: date) -> bool:
    """Whether a day is later than tomorrow: nobody can know anything of it, so it is a slip (design, I-16).

    Tomorrow is allowed, since clocks and time zones of two machines differ.
    """
    return day > today() + timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """`months` calendar months later (earlier when negative), clamped to the end of a shorter month.

    A day beyond the calendar becomes the calendar's own first or last day, so that unbounded dates stay so.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if year < FIRST_DAY.year:
        return FIRST_DAY
    if year > LAST_DAY.year:
        return LAST_DAY
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def dutch(day: date) -> str:
    """The day as Dutch staff write it: `16-03-2026`."""
    return f"{day.day:02d}-{day.month:02d}-{day.year:04d}"
