"""Sources, each with its reference date: what the delivery says about these dates, and which dates are refused."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from brp_signals.base import dates
from brp_signals.base.dates import parse_iso_date
from brp_signals.base.errors import UsageProblem

_MOST_DAYS_BEHIND: Final = 30
_DATED = re.compile(r"(?P<file>.+)@(?P<day>\d{4}-\d{2}-\d{2})", re.ASCII | re.DOTALL)


class Source(NamedTuple):
    """One file, the profile it is read with, and its reference date; without one it is the delivery's."""

    profile: str
    path: Path
    reference_date: date | None = None


def parse_source(text: str) -> Source:
    """Parse a source written as `PROFILE=FILE` or `PROFILE=FILE@YYYY-MM-DD`; any other `@` belongs to the file's name.

    Raises UsageProblem for another form and for a day that does not exist.
    """
    profile, separator, file = text.partition("=")
    if not separator or not file:
        raise UsageProblem("--source wants PROFILE=FILE or PROFILE=FILE@DATE, as in --source gbav=extract.csv.")
    dated = _DATED.fullmatch(file)
    if not dated:
        return Source(profile, Path(file))
    try:
        day = parse_iso_date(dated["day"])
    except ValueError:
        raise UsageProblem(f"--source {profile}: the date behind @ does not exist; give it as YYYY-MM-DD.") from None
    return Source(profile, Path(dated["file"]), day)


def delivery_date(sources: Iterable[Source], requested: date | None, today: date) -> date:
    """Return the reference date of the delivery: the one asked for, else the newest of the sources, else today's.

    Raises UsageProblem for a source of a later date: on the reference date, its content had not happened yet.
    """
    sources = list(sources)
    days = [source.reference_date for source in sources if source.reference_date]
    day = requested or max(days, default=today)
    if dates.lies_ahead(day):
        raise UsageProblem(f"The reference date {day.isoformat()} is later than tomorrow; give one that has come.")
    for source in sources:
        if source.reference_date and source.reference_date > day:
            raise UsageProblem(
                f"{source.path.name} is of {source.reference_date.isoformat()}, after the reference date"
                f" {day.isoformat()}; give a later --reference-date or an older file."
            )
    return day


def stale_sentence(file: str, day: date, reference_date: date) -> str:
    """One sentence when a source is much older than the delivery, else nothing."""
    behind = (reference_date - day).days
    if behind <= _MOST_DAYS_BEHIND:
        return ""
    return (
        f"{file} is {behind} days older than the delivery: what happened since then is not in it, so ask for a newer"
        " one or mind it when judging the lists."
    )
