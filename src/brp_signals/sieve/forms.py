"""Forms of cells, judged eight bytes at a time: whether each cell of a column certainly has the form.

The bytes of a word are judged side by side in one 64-bit number. An addition that sets a byte's highest bit says
"greater than"; bytes above 127 are refused first, so that no addition spills into the next byte.
"""

from datetime import date
from typing import Final

import numpy as np

from brp_signals.base.dates import FIRST_LIST_YEAR, FIRST_YEAR, LAST_LIST_YEAR, LAST_YEAR
from brp_signals.sieve.cells import Cells, Flags, Form, Numbers


def _each(byte: int, n_bytes: int = 8) -> np.uint64:
    """A word with `byte` in its first `n_bytes` bytes."""
    return np.uint64(int.from_bytes(bytes([byte]) * n_bytes, "little"))


_HIGH: Final = _each(0x80)


def _at_least(words: Numbers, byte: int) -> Numbers:
    """The highest bit of each byte: whether it is `byte` or greater."""
    return words + _each(0x80 - byte)


def _digits(words: Numbers) -> Numbers:
    return _at_least(words, ord("0")) & ~_at_least(words, ord("9") + 1)


def is_empty(cells: Cells) -> Flags:
    """Cells without a byte."""
    empty: Flags = cells.lengths == 0
    return empty


def or_empty(form: Form[Flags]) -> Form[Flags]:
    """What is of this form, or empty."""
    return lambda cells: form(cells) | is_empty(cells)


def is_id(cells: Cells) -> Flags:
    """32 lower-case hexadecimal characters."""
    ok: Flags = cells.lengths == 32
    if not cells.is_hex:
        words = cells.id_words()
        letters = _at_least(words, ord("a")) & ~_at_least(words, ord("f") + 1)
        fits = (_digits(words) | letters) & ~words
        fits = fits[:, 0] & fits[:, 1] & fits[:, 2] & fits[:, 3]
        ok &= fits & _HIGH == _HIGH
    return ok


def has_length_of_id(cells: Cells) -> Flags:
    """What passes for an id in a row that nobody needs (the macro is_bad_id)."""
    ok: Flags = cells.lengths == 32
    return ok


def code4(cells: Cells) -> tuple[Flags, Numbers]:
    """Whether a cell is four digits, and these four bytes as a number."""
    number = cells.word() & _each(0xFF, 4)
    high = _each(0x80, 4)
    ok: Flags = (cells.lengths == 4) & ((_digits(number) & ~number & high) == high)
    return ok, number


def is_digit(cells: Cells) -> Flags:
    """One digit."""
    ok: Flags = (cells.lengths == 1) & (cells.first_byte() - np.uint8(ord("0")) < 10)
    return ok


def one_of(letters: str) -> Form[Flags]:
    """One character, one of `letters`."""

    def is_one_of(cells: Cells) -> Flags:
        first = cells.first_byte()
        known = first == ord(letters[0])
        for letter in letters[1:]:
            known |= first == ord(letter)
        ok: Flags = (cells.lengths == 1) & known
        return ok

    return is_one_of


def which(words: tuple[str, ...]) -> Form[Numbers]:
    """The place of the cell in `words`, counted from 1; 0 when it is none of them."""

    def place(cells: Cells) -> Numbers:
        found = np.zeros(len(cells), np.uint64)
        for number, word in enumerate(words, 1):
            found |= _is_word(cells, word).astype(np.uint64) * np.uint64(number)
        return found

    return place


def _is_word(cells: Cells, word: str) -> Flags:
    same: Flags = cells.lengths == len(word)
    for skip in range(0, len(word), 8):
        part = word[skip : skip + 8].encode()
        value = np.uint64(int.from_bytes(part, "little"))
        same &= cells.word(skip) & _each(0xFF, len(part)) == value
    return same


def school_ids(cells: Cells) -> tuple[Flags, Numbers]:
    """Whether a cell is a school id (two digits, two capitals, two digits), and a number of 26 bits for it."""
    words = cells.word() & _each(0xFF, 6)
    capitals = _at_least(words, ord("A")) & ~_at_least(words, ord("Z") + 1)
    letters = np.uint64(0x0000_0000_8080_0000)
    digits = np.uint64(0x0000_8080_0000_8080)
    fits = ((capitals & letters) | (_digits(words) & digits)) & ~words
    ok: Flags = (cells.lengths == 6) & (fits == (letters | digits))
    code = np.zeros(len(cells), np.uint64)
    for place, (mask, shift) in enumerate(((0xF, 0), (0xF, 4), (0x1F, 8), (0x1F, 13), (0xF, 18), (0xF, 22))):
        code |= (words >> np.uint64(8 * place) & np.uint64(mask)) << np.uint64(shift)
    return ok, code


#: Days that a month may have, by the number MMDD; the second table with the unknown parts 00 of register dates.
_MONTH_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_COMPLETE: Final = np.zeros(1 << 16, np.bool_)
for _month, _days in enumerate(_MONTH_DAYS, 1):
    _COMPLETE[_month * 100 + 1 : _month * 100 + _days + 1] = True
_PARTIAL: Final = _COMPLETE.copy()
_PARTIAL[[month * 100 for month in range(13)]] = True
_LEAP_DAY: Final = 229
#: A date as a number that orders dates: the year above these bits, MMDD in them.
YEAR_BITS: Final = 16


def register_dates(cells: Cells) -> tuple[Flags, Numbers]:
    """Whether a cell is a register date (YYYYMMDD, unknown parts 00), and its number; that of 00000000 is 0.

    The number orders dates (`YEAR_BITS`). Many columns are nearly empty, so only cells of eight bytes are looked at.
    """
    is_filled = cells.lengths == 8
    if is_filled.all():
        return _register_dates(cells.word())
    ok, number = np.zeros(len(cells), np.bool_), np.zeros(len(cells), np.uint64)
    filled = np.flatnonzero(is_filled)
    ok[filled], number[filled] = _register_dates(cells.words_at(filled))
    return ok, number


def _register_dates(words: Numbers) -> tuple[Flags, Numbers]:
    is_date, date = _dates(words, _PARTIAL, (FIRST_YEAR, LAST_YEAR))
    is_unknown = words == _each(ord("0"))
    return is_date | is_unknown, date * ~is_unknown


def iso_dates(cells: Cells) -> tuple[Flags, Numbers]:
    """Whether a cell is a full date YYYY-MM-DD that a list can mean, and its number as for `register_dates`."""
    return _iso_dates(cells, (FIRST_LIST_YEAR, LAST_LIST_YEAR))


def is_no_end(cells: Cells) -> Flags:
    """Full dates that stand for "no end" where an end is asked for: a far one, zeros and nines."""
    is_far = _iso_dates(cells, (LAST_LIST_YEAR + 1, date.max.year))[0]
    return is_far | _is_word(cells, "0000-00-00") | _is_word(cells, "9999-99-99")


def _iso_dates(cells: Cells, years: tuple[int, int]) -> tuple[Flags, Numbers]:
    front, back = cells.word(), cells.word(2)
    dashes = np.uint64(0xFF00_00FF_0000_0000)
    has_dashes = (front & dashes) == np.uint64(ord("-") << 32 | ord("-") << 56)
    year, month, day = front & np.uint64(0xFFFF_FFFF), front >> np.uint64(40) & np.uint64(0xFFFF), back >> np.uint64(48)
    ok, number = _dates(year | month << np.uint64(32) | day << np.uint64(48), _COMPLETE, years)
    return ok & has_dashes & (cells.lengths == 10), number


def _dates(words: Numbers, days: Flags, years: tuple[int, int]) -> tuple[Flags, Numbers]:
    """Eight digits YYYYMMDD within `years` whose month and day are among `days`, and the number of each date."""
    digits = words ^ _each(ord("0"))
    ok: Flags = ((digits + _each(0x80 - 10)) | digits) & _HIGH == 0
    # Neighbours are put together, twice: ten times the one and the other, a hundred times the one and the other.
    pairs = (digits * np.uint64(10) + (digits >> np.uint64(8))) & np.uint64(0x00FF_00FF_00FF_00FF)
    fours = (pairs * np.uint64(100) + (pairs >> np.uint64(16))) & np.uint64(0x0000_FFFF_0000_FFFF)
    year, month_day = fours & np.uint64(0xFFFF), fours >> np.uint64(32)
    is_day = days[month_day]
    leap = np.flatnonzero(month_day == _LEAP_DAY)
    is_day[leap] = _is_leap(year[leap])
    first, last = years
    ok &= is_day & (year - np.uint64(first) <= last - first)
    return ok, year << np.uint64(YEAR_BITS) | month_day


def _is_leap(year: Numbers) -> Flags:
    is_leap: Flags = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    return is_leap
