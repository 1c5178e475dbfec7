"""School: what is known of each enrolment, spells at one school, and the last two school deliveries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from tests.reference.dates import days, iso_date
from tests.reference.shapes import Row, Settings

#: Rows at one school with at most so many days between them are one stay at that school.
SPELL_GAP_DAYS = 62
#: K-10: a smaller delivery than this is never called shrunk.
SHRINK_FROM_ROWS = 20


@dataclass(frozen=True)
class Enrolment:
    """One row of a school list, as seen from the reference date: a later withdrawal is not known yet."""

    school_id: str
    source: str
    enrolled_on: date
    withdrawn_on: date | None
    seen_on: date


@dataclass(frozen=True)
class Spell:
    """An uninterrupted stay at one school, whatever lists and keys it was written down in."""

    school_id: str
    enrolled_on: date
    withdrawn_on: date | None
    seen_on: date
    source: str
    keys: frozenset[tuple[str, str, date]]
    """(source, school_id, enrolled_on) of the enrolments in it."""


@dataclass(frozen=True)
class LastTwo:
    """The last two lists of one school from one source."""

    older: date
    newer: date
    is_stale: bool
    is_shrunk: bool


def enrolments_as_of(rows: list[Row], reference_date: date) -> list[Enrolment]:
    """The rows of school lists that speak of days up to the reference date."""
    found = []
    for row in rows:
        enrolled, withdrawn, seen = (iso_date(row[name]) for name in ("enrolled_on", "withdrawn_on", "seen_on"))
        assert enrolled is not None and seen is not None
        if withdrawn is not None and withdrawn > reference_date:
            withdrawn = None
        if enrolled <= reference_date and seen <= reference_date:
            found.append(Enrolment(row["school_id"], row["source"], enrolled, withdrawn, seen))
    return found


def latest_states(enrolments: list[Enrolment]) -> list[Enrolment]:
    """Per enrolment the row of the newest list; of equals an open one, then the latest withdrawal."""
    newest: dict[tuple[str, str, date], Enrolment] = {}
    for row in enrolments:
        key = (row.source, row.school_id, row.enrolled_on)
        if key not in newest or _order(row) > _order(newest[key]):
            newest[key] = row
    return list(newest.values())


def _order(row: Enrolment) -> tuple[date, date]:
    return row.seen_on, row.withdrawn_on or date.max


def spells(states: list[Enrolment], reference_date: date) -> list[Spell]:
    """The stays of one person at each school."""
    found: list[Spell] = []
    for school_id in sorted({state.school_id for state in states}):
        here = [state for state in states if state.school_id == school_id]
        here.sort(key=lambda state: (state.enrolled_on, state.source))
        together: list[Enrolment] = []
        for state in here:
            if together and state.enrolled_on > _end(together, reference_date) + days(SPELL_GAP_DAYS):
                found.append(_spell(together))
                together = []
            together.append(state)
        found.append(_spell(together))
    return found


def _end(states: list[Enrolment], reference_date: date) -> date:
    return max(state.withdrawn_on or reference_date for state in states)


def _spell(states: list[Enrolment]) -> Spell:
    ends = [state.withdrawn_on for state in states]
    return Spell(
        school_id=states[0].school_id,
        enrolled_on=states[0].enrolled_on,
        withdrawn_on=None if None in ends else max(end for end in ends if end is not None),
        seen_on=max(state.seen_on for state in states),
        source=states[0].source,
        keys=frozenset((state.source, state.school_id, state.enrolled_on) for state in states),
    )


def last_two_deliveries(rows: list[Row], reference_date: date, settings: Settings) -> dict[tuple[str, str], LastTwo]:
    """Per (source, school) the last two lists up to the reference date; none when there was only one.

    Counted over every row as delivered: a list was there, and had its size, also where single rows of it
    cannot be used.
    """
    found = {}
    for key, per_day in _sizes(rows, reference_date).items():
        if len(per_day) >= 2:
            older, newer = sorted(per_day)[-2:]
            found[key] = LastTwo(
                older,
                newer,
                is_stale=is_stale(newer, reference_date, settings),
                is_shrunk=is_shrunk(per_day[newer], per_day[older]),
            )
    return found


def _sizes(rows: list[Row], reference_date: date) -> dict[tuple[str, str], dict[date, int]]:
    """Per (source, school) its lists up to the reference date, with their rows as delivered."""
    sizes: dict[tuple[str, str], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        seen = iso_date(row["seen_on"])
        assert seen is not None
        if seen <= reference_date:
            sizes[row["source"], row["school_id"]][seen] += 1
    return sizes


def lists_that_tell(rows: list[Row], reference_date: date) -> dict[tuple[str, str], date]:
    """Per (source, school) the newest list up to the reference date that is not shrunken: who is missing is missing."""
    sizes = _sizes(rows, reference_date)
    found = {}
    for key, per_day in sizes.items():
        lists = sorted(per_day)
        before = dict(zip(lists[1:], lists, strict=False))
        found[key] = max(day for day in lists if day not in before or not is_shrunk(per_day[day], per_day[before[day]]))
    return found


def unreliable_lists(rows: list[Row], reference_date: date, settings: Settings) -> set[tuple[str, str]]:
    """Each (source, school) of which the newest list is stale or shrunken."""
    found = set()
    for key, per_day in _sizes(rows, reference_date).items():
        *earlier, newest = sorted(per_day)
        if is_stale(newest, reference_date, settings) or (earlier and is_shrunk(per_day[newest], per_day[earlier[-1]])):
            found.add(key)
    return found


def is_shrunk(n_rows: int, n_rows_before: int) -> bool:
    """K-10: more than a fifth smaller than the list before."""
    return n_rows >= SHRINK_FROM_ROWS and 5 * n_rows < 4 * n_rows_before


def is_stale(seen_on: date, reference_date: date, settings: Settings) -> bool:
    """S-08: the newest list is too old; in summer schools deliver less often."""
    summer = reference_date.month in (7, 8, 9)
    return (reference_date - seen_on).days > (settings.stale_days_summer if summer else settings.stale_days)
