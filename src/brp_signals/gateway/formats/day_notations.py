"""How sources write a day: its notations, a time and a zone after it, and what means "no day".

Lists and registers share it, so that one text is the same day in every file.
"""

import re
from datetime import date, datetime, timedelta, timezone
from typing import Final, NamedTuple

from brp_signals.base.dates import HERE, is_register_date
from brp_signals.gateway.formats.numbers import whole_number

_PATTERNS: Final = {
    "dd-mm-yyyy": re.compile(r"(?P<day>[0-9]{1,2})-(?P<month>[0-9]{1,2})-(?P<year>[0-9]{4})", re.ASCII),
    "dd/mm/yyyy": re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})", re.ASCII),
    "yyyy-mm-dd": re.compile(r"(?P<year>[0-9]{4})([-/])(?P<month>[0-9]{1,2})\2(?P<day>[0-9]{1,2})", re.ASCII),
    "yyyymmdd": re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})", re.ASCII),
}
_OF_REGISTER: Final = ("yyyymmdd", "yyyy-mm-dd", "dd-mm-yyyy", "dd/mm/yyyy")
#: What may follow a day: a time, and the zone of an xs:date or xs:dateTime.
_TIMED = re.compile(
    r"(?P<day>[0-9/-]+?)"
    r"(?:[ T](?P<hours>[01]?[0-9]|2[0-4]):(?P<minutes>[0-5][0-9])(?::(?P<seconds>[0-5][0-9]|60)(?:[.,][0-9]+)?)?"
    r"(?: ?(?P<zone>Z|[+-][0-9]{2}(?::?[0-9]{2})?))?|(?: ?(?:Z|[+-][0-9]{2}:[0-9]{2})))?",
    re.ASCII,
)
#: A time this near midnight is a day that some program rounded.
_NEAR_MIDNIGHT: Final = timedelta(minutes=1)

SERIAL: Final = "excel-serial"
#: Day 0 of a workbook's serial numbers, from 1 March 1900 on (before it Excel counts a day that never was), and of a
#: workbook that counts from 1904.
SERIAL_DAY_0: Final = date(1899, 12, 30)
SERIAL_DAY_0_OF_1904: Final = date(1904, 1, 1)
#: Serial numbers from 1927 to 9999, with the time of the day as a fraction. Eight digits are a date instead.
_SERIAL_NUMBER = re.compile(r"([0-9]{5,7})(?:[.,]([0-9]+))?", re.ASCII)

#: No day in zeros, in whatever notation, or as Excel shows a 0 that looks like a date.
_ZEROS = re.compile(r"0[0 :.,/TZ+-]*|0?0[-/]0?1[-/]1900|1900-0?1-0?0(?:[ T][0:]+)?", re.ASCII)
#: The last of all days, with which old programs say that there is none.
_NINES = re.compile(r"9{8}|9{4}-99-99|99-99-9{4}|9{4}/99/99|99/99/9{4}", re.ASCII)


class Told(NamedTuple):
    """The day of a text or cell, and whether a time followed it, further from midnight than rounding explains."""

    day: date
    has_time: bool


def told(pattern: str, text: str, day_0: date) -> Told | None:
    """Read a text in this pattern; None when the text does not fit it.

    A moment with a zone becomes its day in the Netherlands; a day with a zone and no time stays as written.
    """
    if pattern == SERIAL:
        return _of_serial(text, day_0)
    timed = _TIMED.fullmatch(whole_number(text))
    found = timed and _PATTERNS[pattern].fullmatch(timed["day"])
    return _moment(found, timed) if timed and found else None


def rounded(moment: date) -> Told:
    """Return the day of a moment; within a minute of midnight it is the nearer day."""
    if not isinstance(moment, datetime):
        return Told(moment, False)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if moment - day <= _NEAR_MIDNIGHT:
        return Told(day.date(), False)
    if moment - day >= timedelta(days=1) - _NEAR_MIDNIGHT and day.date() < date.max:
        return Told(day.date() + timedelta(days=1), False)
    return Told(day.date(), True)


def register_date(text: str) -> tuple[str, bool]:
    """A register date in another notation (2014-05-05, 5-5-2014, 5/5/2014) as eight digits, and whether it had a time.

    Without a time the date may be incomplete, and the caller checks whether it exists; any other text stays as it is.
    """
    if is_register_date(text):
        return text, False
    timed = _TIMED.fullmatch(whole_number(text))
    for pattern in _OF_REGISTER if timed else ():
        if timed and (found := _PATTERNS[pattern].fullmatch(timed["day"])):
            if not timed["zone"] and not any(int(timed[part] or 0) for part in ("hours", "minutes", "seconds")):
                return f"{found['year']}{found['month']:0>2}{found['day']:0>2}", False
            if moment := _moment(found, timed):
                return f"{moment.day:%Y%m%d}".zfill(8), moment.has_time
    return text, False


def are_zeros(text: str) -> bool:
    """Whether a date says nothing but zeros, as exports write an empty one."""
    return bool(_ZEROS.fullmatch(text))


def are_nines(text: str) -> bool:
    """Whether a date says nothing but nines."""
    return bool(_NINES.fullmatch(text))


def _of_serial(text: str, day_0: date) -> Told | None:
    if not (found := _SERIAL_NUMBER.fullmatch(text)):
        return None
    days, fraction = found.groups()
    try:
        midnight = datetime.combine(day_0, datetime.min.time()) + timedelta(days=int(days))
        return rounded(midnight + timedelta(days=float(f"0.{fraction or 0}")))
    except OverflowError:
        return None


def _moment(found: re.Match[str], timed: re.Match[str]) -> Told | None:
    """Return the day of a moment, in Dutch time when it has a zone; None when it does not exist."""
    try:
        day = datetime(int(found["year"]), int(found["month"]), int(found["day"]))  # noqa: DTZ001 a day, no moment
        moment = day + timedelta(**{part: int(timed[part] or 0) for part in ("hours", "minutes", "seconds")})
        here = rounded(_here(moment, timed["zone"]) if timed["zone"] else moment)
    except (ValueError, OverflowError):
        return None
    # A day that a program wrote as midnight in another zone had no time; the day is always the one in Dutch time.
    is_day_elsewhere = moment == day and here.day == day.date()
    return here._replace(has_time=here.has_time and not is_day_elsewhere)


def _here(moment: datetime, zone: str) -> datetime:
    """Return the same moment in Dutch time. The last day of the calendar means "none", so it stays."""
    sign, digits = zone[0], zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2] or 0), minutes=int(digits[2:] or 0))
    try:
        aware = moment.replace(tzinfo=timezone(-offset if sign == "-" else offset))
        return aware.astimezone(HERE).replace(tzinfo=None)
    except OverflowError:
        return moment
