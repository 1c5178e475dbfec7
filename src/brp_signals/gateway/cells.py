"""The cells of a list: text in a text file, text, whole numbers and dates in a workbook; and what they may mean."""

import re
from collections import Counter
from datetime import date, timedelta
from typing import Final

from brp_signals.gateway.numbers import is_bsn, is_education_number
from brp_signals.gateway.pseudonyms import Space

#: Text is trimmed, an absent cell is empty text.
Cell = str | int | date

#: The cells of a row that were asked for; `()` for a blank row, None for one that cannot be read as the header says.
PickedCells = tuple[Cell, ...] | None

#: So many characters make a cell too large to be one.
LARGEST_CELL: Final = 64 * 1024

#: What an unknown code or a malformed date becomes on its way to the judgement of its row; no field accepts it.
UNUSABLE: Final = "?"

#: More different days than fifty years have.
_MOST_DAYS_KEPT: Final = 20_000
_NUMBER_LENGTH: Final = 9
_MOST_LOST_ZEROS: Final = 2
_PATTERNS: Final = {
    "dd-mm-yyyy": re.compile(r"(?P<day>[0-9]{2})-(?P<month>[0-9]{2})-(?P<year>[0-9]{4})", re.ASCII),
    "yyyy-mm-dd": re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})", re.ASCII),
    "yyyymmdd": re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})", re.ASCII),
}
_SERIAL: Final = "excel-serial"
#: A date in a workbook that is stored as one: nothing has to be guessed.
DATE_CELL: Final = "date cell"
#: Day 0 of a workbook's serial numbers, from 1 March 1900 on (before it Excel counts a day that never was).
_SERIAL_DAY_0: Final = date(1899, 12, 30)
_SERIAL_DIGITS = re.compile(r"[0-9]{5}", re.ASCII)


def has_formula(cells: tuple[Cell, ...]) -> bool:
    """Whether a spreadsheet would calculate one of these cells instead of showing it."""
    return any(isinstance(cell, str) and cell[:1] == "=" for cell in cells)


def as_text(cell: Cell) -> str:
    """The cell as text."""
    return str(cell)


def number_of(cell: Cell) -> tuple[str, bool]:
    """The text of a number's cell, and whether zeros in front were put back.

    A spreadsheet drops them only when it stores the cell as a number, so text is never repaired. Whether the
    result is a number that exists is for the 11-check.
    """
    text = as_text(cell)
    if isinstance(cell, int) and _NUMBER_LENGTH - _MOST_LOST_ZEROS <= len(text) < _NUMBER_LENGTH:
        return text.zfill(_NUMBER_LENGTH), True
    return text, False


def space_of(number: str, kind: str) -> Space | None:
    """The space of a number in a column of this kind (bsn, education_number, mixed); None when it is no such number."""
    if kind in ("bsn", "mixed") and is_bsn(number):
        return Space.BSN
    if kind in ("education_number", "mixed") and is_education_number(number):
        return Space.EDUCATION_NUMBER
    return None


class DateReader:
    """Reads dates written in one of the accepted patterns, tried in their order, and counts which one it was."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self._patterns = patterns
        self.counts: Counter[str] = Counter()
        self._read: dict[Cell, tuple[str, date | None]] = {}

    def text(self, cell: Cell, plus_one: bool = False) -> str:
        """The date as ISO 8601, a day later on request; empty for an empty cell, UNUSABLE for anything else."""
        if cell == "":
            return ""
        pattern, day = self._read.get(cell) or self._first_read(cell)
        if day is None:
            return UNUSABLE
        self.counts[pattern] += 1
        return (day + timedelta(days=1) if plus_one and day < date.max else day).isoformat()

    def _first_read(self, cell: Cell) -> tuple[str, date | None]:
        """The pattern that reads this cell, and its day. The same days come back in a list, so they are kept."""
        text = as_text(cell)
        days = ((pattern, _day(pattern, text)) for pattern in self._patterns)
        found = next(((pattern, day) for pattern, day in days if day), ("", None))
        if isinstance(cell, date):
            found = DATE_CELL, cell
        if found[1] and len(self._read) < _MOST_DAYS_KEPT:
            self._read[cell] = found
        return found


def _day(pattern: str, text: str) -> date | None:
    if pattern == _SERIAL:
        return _SERIAL_DAY_0 + timedelta(days=int(text)) if _SERIAL_DIGITS.fullmatch(text) else None
    found = _PATTERNS[pattern].fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None
