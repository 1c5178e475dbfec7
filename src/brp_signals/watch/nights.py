"""Which earlier nights and lists tonight is held against."""

from collections.abc import Iterable
from datetime import date
from typing import Final

#: So many earlier points of a series are looked at, at most, and school lists of so many days.
MOST: Final = 40
DAYS_BACK: Final = 420
#: With fewer weeks every night is a point.
_FEWEST_WEEKS: Final = 2


def looked_at(nights: Iterable[date], today: date) -> list[date]:
    """Of every week that lies behind today the newest night, the oldest first.

    Numbers of one week are nearly the same: as points of their own they would hide what changes slowly.
    """
    days = sorted(set(nights))
    weeks = {(today - day).days // 7: day for day in days}
    weeks.pop(0, None)
    return (list(weeks.values()) if len(weeks) >= _FEWEST_WEEKS else days)[-MOST:]
