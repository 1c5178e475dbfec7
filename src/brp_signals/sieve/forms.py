"""Forms of cells, judged eight bytes at a time: whether each cell of a column certainly has the form.

The bytes of a word are judged side by side in one 64-bit number. An addition that sets a byte's highest bit says
"greater than"; bytes above 127 are refused first, so that no addition spills into the next byte.
"""

from typing import Final

import numpy as np

from brp_signals.sieve.blocks import Block, Flags, Numbers


def _each(byte: int, n_bytes: int = 8) -> np.uint64:
    """A word with `byte` in its first `n_bytes` bytes."""
    return np.uint64(int.from_bytes(bytes([byte]) * n_bytes, "little"))


_HIGH: Final = _each(0x80)


def _at_least(words: Numbers, byte: int) -> Numbers:
    """The highest bit of each byte: whether it is `byte` or greater."""
    return words + _each(0x80 - byte)


def _digits(words: Numbers) -> Numbers:
    return _at_least(words, ord("0")) & ~_at_least(words, ord("9") + 1)


def is_empty(block: Block, column: int) -> Flags:
    """Cells without a byte."""
    empty: Flags = block.lengths[column] == 0
    return empty


def is_id(block: Block, column: int) -> Flags:
    """32 lower-case hexadecimal characters."""
    words = block.id_words(column)
    letters = _at_least(words, ord("a")) & ~_at_least(words, ord("f") + 1)
    fits = (_digits(words) | letters) & ~words
    fits = fits[:, 0] & fits[:, 1] & fits[:, 2] & fits[:, 3]
    ok: Flags = (block.lengths[column] == 32) & (fits & _HIGH == _HIGH)
    return ok


def is_code4(block: Block, column: int) -> Flags:
    """Four digits."""
    words = block.word(column)
    high = _each(0x80, 4)
    ok: Flags = (block.lengths[column] == 4) & ((_digits(words & _each(0xFF, 4)) & ~words & high) == high)
    return ok


def code4_number(block: Block, column: int) -> Numbers:
    """The four bytes of a code as a number."""
    return block.word(column) & _each(0xFF, 4)


def is_digit(block: Block, column: int) -> Flags:
    """One digit."""
    ok: Flags = (block.lengths[column] == 1) & (block.first_byte(column) - np.uint8(ord("0")) < 10)
    return ok


def is_one_of(block: Block, column: int, letters: str) -> Flags:
    """One character, one of `letters`."""
    first = block.first_byte(column)
    known = first == ord(letters[0])
    for letter in letters[1:]:
        known |= first == ord(letter)
    ok: Flags = (block.lengths[column] == 1) & known
    return ok


def which(block: Block, column: int, words: tuple[str, ...]) -> Numbers:
    """The place of the cell in `words`, counted from 1; 0 when it is none of them."""
    found = np.zeros(block.n_rows, np.uint64)
    for number, word in enumerate(words, 1):
        found |= is_word(block, column, word).astype(np.uint64) * np.uint64(number)
    return found


def is_word(block: Block, column: int, word: str) -> Flags:
    """Exactly `word`."""
    same: Flags = block.lengths[column] == len(word)
    for skip in range(0, len(word), 8):
        part = word[skip : skip + 8].encode()
        value = np.uint64(int.from_bytes(part, "little"))
        same &= block.word(column, skip) & _each(0xFF, len(part)) == value
    return same


def school_ids(block: Block, column: int) -> tuple[Flags, Numbers]:
    """Whether a cell is a school id (two digits, two capitals, two digits), and a number of 26 bits for it."""
    words = block.word(column) & _each(0xFF, 6)
    capitals = _at_least(words, ord("A")) & ~_at_least(words, ord("Z") + 1)
    letters = np.uint64(0x0000_0000_8080_0000)
    digits = np.uint64(0x0000_8080_0000_8080)
    fits = ((capitals & letters) | (_digits(words) & digits)) & ~words
    ok: Flags = (block.lengths[column] == 6) & (fits == (letters | digits))
    code = np.zeros(block.n_rows, np.uint64)
    for place, (mask, shift) in enumerate(((0xF, 0), (0xF, 4), (0x1F, 8), (0x1F, 13), (0xF, 18), (0xF, 22))):
        code |= (words >> np.uint64(8 * place) & np.uint64(mask)) << np.uint64(shift)
    return ok, code


#: Days that a month may have, by month * 32 + day; the second table with the unknown parts 00 of register dates.
_MONTH_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_COMPLETE: Final = np.zeros(16 * 32, np.bool_)
for _month, _days in enumerate(_MONTH_DAYS, 1):
    _COMPLETE[_month * 32 + 1 : _month * 32 + _days + 1] = True
_PARTIAL: Final = _COMPLETE.copy()
_PARTIAL[[month * 32 for month in range(13)]] = True
_LEAP_DAY: Final = np.uint64(2 * 32 + 29)
_LONE_BYTES: Final = np.uint64(0x00FF_00FF_00FF_00FF)


def register_dates(block: Block, column: int) -> tuple[Flags, Numbers]:
    """Whether a cell is a register date (YYYYMMDD, unknown parts 00), and its number; that of 00000000 is 0.

    The number orders dates: 512 times the year, 32 times the month, the day. Many columns are nearly empty, so only
    cells of eight bytes are looked at.
    """
    filled = np.flatnonzero(block.lengths[column] == 8)
    words = block.words_at(column, filled)
    is_date, date = _dates(words, _PARTIAL)
    is_unknown = words == _each(ord("0"))
    ok, number = np.zeros(block.n_rows, np.bool_), np.zeros(block.n_rows, np.uint64)
    ok[filled] = is_date | is_unknown
    number[filled] = np.where(is_unknown, 0, date)
    return ok, number


def iso_dates(block: Block, column: int) -> tuple[Flags, Numbers]:
    """Whether a cell is a full date YYYY-MM-DD, and its number as for `register_dates`."""
    front, back = block.word(column), block.word(column, 2)
    dashes = np.uint64(0xFF00_00FF_0000_0000)
    has_dashes = (front & dashes) == np.uint64(ord("-") << 32 | ord("-") << 56)
    year, month, day = front & np.uint64(0xFFFF_FFFF), front >> np.uint64(40) & np.uint64(0xFFFF), back >> np.uint64(48)
    ok, number = _dates(year | month << np.uint64(32) | day << np.uint64(48), _COMPLETE)
    return ok & has_dashes & (block.lengths[column] == 10), number


def _dates(words: Numbers, days: Flags) -> tuple[Flags, Numbers]:
    """Eight digits YYYYMMDD from 1800 to 2999 whose month and day are among `days`."""
    ok = (_digits(words) & ~words & _HIGH) == _HIGH
    digits = words & _each(0x0F)
    pairs = (digits * np.uint64(10) + (digits >> np.uint64(8))) & _LONE_BYTES
    century, year = pairs & np.uint64(0xFF), pairs >> np.uint64(16) & np.uint64(0xFF)
    month, day = pairs >> np.uint64(32) & np.uint64(0xFF), pairs >> np.uint64(48)
    is_leap = (year & np.uint64(3) == 0) & ((year != 0) | (century & np.uint64(3) == 0))
    ok &= (century - np.uint64(18) < 12) & (month < 16) & (day < 32)
    month_day = (month & np.uint64(15)) << np.uint64(5) | day & np.uint64(31)
    ok &= days[month_day] | (is_leap & (month_day == _LEAP_DAY))
    return ok, (century * np.uint64(100) + year) << np.uint64(9) | month_day
