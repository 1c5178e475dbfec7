"""The days of the benchmark: its nights, school holidays, school years, and dates as numbers that arrays can hold."""

from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl

Days = np.ndarray[Any, np.dtype[np.int64]]

#: Deliveries come on Mondays. The first weeks give the watch something to know; the year after them is counted.
FIRST_NIGHT: Final = date(2025, 1, 6)
WARM_UP: Final = 14
NIGHTS: Final = WARM_UP + 52
#: A day that never comes, and one before all others.
NEVER, ALWAYS = date(2100, 1, 1).toordinal(), date(1900, 1, 1).toordinal()
SUMMERS: Final = ((date(2024, 7, 13), date(2024, 8, 25)), (date(2025, 7, 12), date(2025, 8, 24)))
_SHORT_HOLIDAYS: Final = (
    (date(2024, 2, 17), date(2024, 2, 25)),
    (date(2024, 4, 27), date(2024, 5, 5)),
    (date(2024, 10, 26), date(2024, 11, 3)),
    (date(2024, 12, 21), date(2025, 1, 5)),
    (date(2025, 2, 22), date(2025, 3, 2)),
    (date(2025, 4, 26), date(2025, 5, 4)),
    (date(2025, 10, 18), date(2025, 10, 26)),
    (date(2025, 12, 20), date(2026, 1, 4)),
    (date(2026, 2, 14), date(2026, 2, 22)),
)
HOLIDAYS: Final = (*SUMMERS, *_SHORT_HOLIDAYS)
_EPOCH: Final = date(1970, 1, 1).toordinal()


def night(number: int) -> date:
    """The day of a night, from 0."""
    return FIRST_NIGHT + timedelta(weeks=number)


def number_of(day: date) -> int:
    """The first night on or after a day."""
    return -((FIRST_NIGHT - day).days // 7)


LAST_NIGHT: Final = night(NIGHTS - 1)


def is_in(day: int, spans: tuple[tuple[date, date], ...]) -> bool:
    """Whether a day, as a number, lies in one of the spans, both ends included."""
    return any(start.toordinal() <= day <= end.toordinal() for start, end in spans)


def in_holidays(days: Days) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which of the days are school holidays."""
    inside: np.ndarray[Any, np.dtype[np.bool_]] = np.any(
        [(days >= start.toordinal()) & (days <= end.toordinal()) for start, end in HOLIDAYS], axis=0
    )
    return inside


def to_workday(days: Days) -> Days:
    """Saturdays and Sundays become the Monday after."""
    weekday = (days - 1) % 7
    return days + np.where(weekday > 4, 7 - weekday, 0)


def school_year_from(day: date) -> date:
    """The 1st of August before a day, or the day itself."""
    return date(day.year if day.month >= 8 else day.year - 1, 8, 1)


def first_of_august(years: Days) -> Days:
    """The 1st of August of these years."""
    return np.array([date(int(year), 8, 1).toordinal() for year in range(1990, 2060)])[years - 1990]


def years_and_months(days: Days) -> tuple[Days, Days]:
    """The year and the month of days."""
    months = (days - _EPOCH).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months // 12 + 1970, months % 12 + 1


def as_dates(days: Days) -> pl.Series:
    """Days as dates; those that never come are empty."""
    numbers = pl.Series("day", days - _EPOCH)
    return numbers.set(numbers >= NEVER - _EPOCH, None).cast(pl.Int32).cast(pl.Date)


def register_text(days: Days) -> pl.Series:
    """Days as the register writes them, YYYYMMDD."""
    return as_dates(days).dt.strftime("%Y%m%d")


def iso_text(days: Days) -> pl.Series:
    """Days as school lists and traces write them."""
    return as_dates(days).dt.strftime("%Y-%m-%d")
