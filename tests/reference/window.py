"""The compulsory window: leerplicht and kwalificatieplicht together (Lpw 3, 4a, 4b)."""

from dataclasses import dataclass
from datetime import date

from tests.reference.dates import Interval, birthday
from tests.reference.shapes import Settings


@dataclass(frozen=True)
class Window:
    """[duty_from, duty_until): the days on which school is certainly compulsory."""

    duty_from: date
    duty_until: date

    def holds(self, day: date) -> bool:
        """Whether `day` is certainly inside."""
        return self.duty_from <= day < self.duty_until


def compulsory_window(born: Interval | None, settings: Settings) -> Window | None:
    """The window that holds for every possible birth date; None when the birth date is unknown (K-01)."""
    if born is None or born.is_unbounded:
        return None
    return Window(first_day_of_duty(born, settings), birthday(born.earliest, 18).earliest)


def first_day_of_duty(born: Interval, settings: Settings) -> date:
    """Lpw 3(1): the first school day of the month after the month of the 5th birthday."""
    turns_five = birthday(born.latest, 5).latest
    year, month = turns_five.year, turns_five.month + 1
    if month == 13:
        year, month = year + 1, 1
    return first_school_day(year, month, settings)


def first_school_day(year: int, month: int, settings: Settings) -> date:
    """The calendar of the configuration, else the latest day on which school can start in that month."""
    known = settings.first_school_days.get(f"{year:04d}-{month:02d}")
    if known is not None:
        return known
    if month in (1, 5):  # Christmas and May holidays
        return date(year, month, 14)
    if month == 8:  # summer holidays of the last region
        return date(year, 9, 8)
    return date(year, month, 10)


def leerplicht_until(born: date) -> Interval:
    """Lpw 3(1)(b): 1 August after the school year in which the child turns 16, exclusive."""
    turns_sixteen = birthday(born, 16)

    def first_of_august_after(day: date) -> date:
        return date(day.year if day.month < 8 else day.year + 1, 8, 1)

    return Interval(first_of_august_after(turns_sixteen.earliest), first_of_august_after(turns_sixteen.latest))
