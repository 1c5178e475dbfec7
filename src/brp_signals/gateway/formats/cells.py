"""The cells of a list: text in a text file, text, whole numbers and dates in a workbook; and what they may mean."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final, NamedTuple

from brp_signals.base.dates import FIRST_LIST_YEAR, LAST_LIST_YEAR, is_no_end
from brp_signals.gateway.formats.day_notations import SERIAL_DAY_0, are_nines, are_zeros, rounded, told
from brp_signals.gateway.formats.numbers import is_bsn, is_education_number, whole_number
from brp_signals.gateway.pseudonyms import Space

#: Text is trimmed, an absent cell is empty text.
Cell = str | int | date

#: The requested cells of a row; `()` for a blank row, None for a row that does not fit the header.
PickedCells = tuple[Cell, ...] | None

#: A text with more characters than this is no cell.
LARGEST_CELL: Final = 64 * 1024

#: The value of an unknown code or a malformed date until its row is judged; no field accepts it.
UNUSABLE: Final = "?"

#: More different days than there are in fifty years.
_MOST_DAYS_KEPT: Final = 20_000
_NUMBER_LENGTH: Final = 9
_MOST_LOST_ZEROS: Final = 2
#: The pattern of a date that a workbook stores as a date: nothing has to be guessed.
DATE_CELL: Final = "date cell"
#: How programs write a cell that holds nothing.
EMPTY_WORDS: Final = dict.fromkeys(
    (
        *("NULL", "null", "Null", "(null)", "<null>", "-", "--", "\\N", "None", "none", "NIL", "nil"),
        *("n/a", "N/A", "#N/A", "#N/B", "<NA>", "NaN", "nan", "NaT", "nvt", "n.v.t.", "Nvt", "N.v.t."),
        *("(leeg)", "(blank)", "leeg", "Leeg", "geen", "Geen", "nvt.", "#LEEG!", "#NULL!"),
    ),
    "",
)
#: A text that a program wrote as a formula, so that no spreadsheet reads it as a number.
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
#: Characters without a width, which surround text that was copied from a page, and dashes that a program made longer.
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[ .\u00a0\u202f-]+(?=[0-9])")


def plain(text: str) -> str:
    """Return the text without what programs add to it (="…", an apostrophe in front); empty for a word that means
    nothing.
    """
    text = text.strip() if text.isascii() else _DASHES.sub("-", _INVISIBLE.sub("", text)).strip()
    if found := _TEXT_FORMULA.fullmatch(text):
        text = found[1].strip()
    text = text.removeprefix("'").strip()
    return EMPTY_WORDS.get(text, text)


def has_formula(cells: tuple[Cell, ...]) -> bool:
    """Whether a spreadsheet would calculate one of these cells instead of showing it."""
    return any(isinstance(cell, str) and cell[:1] == "=" for cell in cells)


def as_text(cell: Cell) -> str:
    """The cell as text."""
    return str(cell)


def number_of(cell: Cell) -> tuple[str, bool]:
    """Return the text of a number's cell without dots, spaces and dashes, and whether leading zeros were put back.

    Spreadsheets drop leading zeros, and a text file made by a spreadsheet lacks them too. The 11-check decides whether
    the result is a valid number.
    """
    text = as_text(cell)
    if not _is_of_digits(text):
        text = _BETWEEN_DIGITS.sub("", whole_number(text))
    if _NUMBER_LENGTH - _MOST_LOST_ZEROS <= len(text) < _NUMBER_LENGTH and _is_of_digits(text):
        return text.zfill(_NUMBER_LENGTH), True
    return text, False


def _is_of_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def space_of(number: str, kind: str) -> Space | None:
    """Return the number space of a number in a column of this kind (bsn, education_number, mixed); None when it is no
    such number.
    """
    if kind in ("bsn", "mixed") and is_bsn(number):
        return Space.BSN
    if kind in ("education_number", "mixed") and is_education_number(number):
        return Space.EDUCATION_NUMBER
    return None


class DateReader:
    """Reads dates in the first accepted pattern that fits, and counts the patterns that were used."""

    def __init__(self, patterns: tuple[str, ...], day_0: date = SERIAL_DAY_0, *, are_zeros_no_end: bool = True) -> None:
        self._patterns, self._day_0, self._are_zeros_no_end = patterns, day_0, are_zeros_no_end
        self.counts: Counter[str] = Counter()
        self._read: dict[Cell, _Read] = {}

    def text(
        self,
        cell: Cell,
        *,
        plus_one: bool = False,
        is_end: bool = False,
        note: Callable[[str], None] = lambda kind: None,
    ) -> str:
        """Return the date as ISO 8601, a day later on request; empty for an empty cell, UNUSABLE for anything else.

        A day far in the future, or one of zeros or nines, means "no end" where an end is asked for. `note` is called
        with each kind of finding.
        """
        if cell == "":
            return ""
        if is_end and self._are_zeros_no_end and are_zeros(as_text(cell)):
            note("end_zeros")
            return ""
        if is_end and are_nines(as_text(cell)):
            note("end_far_future")
            return ""
        read = self._read.get(cell) or self._first_read(cell)
        if read.day is None:
            return UNUSABLE
        if is_end and is_no_end(read.day):
            note("end_far_future")
            return ""
        if not FIRST_LIST_YEAR <= read.day.year <= LAST_LIST_YEAR:
            note("date_out_of_reach")
            return UNUSABLE
        if read.has_time:
            note("time_in_date")
        self.counts[read.pattern] += 1
        return (read.day + timedelta(days=1) if plus_one else read.day).isoformat()

    def pattern_of(self, cell: Cell) -> str:
        """Return the pattern in which a cell was read; empty for one that was not, or is not remembered."""
        read = self._read.get(cell)
        return read.pattern if read else ""

    def _first_read(self, cell: Cell) -> "_Read":
        """Return what this cell says. Days repeat in a list, so the answers are cached."""
        if isinstance(cell, date):
            read = _Read(DATE_CELL, *rounded(cell))
        else:
            text = as_text(cell)
            tried = ((pattern, told(pattern, text, self._day_0)) for pattern in self._patterns)
            read = next((_Read(pattern, *day) for pattern, day in tried if day), _Read("", None, False))
        if read.day and len(self._read) < _MOST_DAYS_KEPT:
            self._read[cell] = read
        return read


class _Read(NamedTuple):
    """What a cell says: the pattern, the day or None, and whether a time followed the day."""

    pattern: str
    day: date | None
    has_time: bool
