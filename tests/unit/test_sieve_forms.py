"""Every form of the sieve is what a regular expression and the calendar say, and never milder than the SQL."""

import random
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brp_signals.base.warehouse import Warehouse
from brp_signals.delivery.contract import EDUCATION_TYPES, ENROLMENT_SOURCES
from brp_signals.sieve import forms
from brp_signals.sieve.cells import Cells
from brp_signals.steps.stage import MACROS
from tests.support.blocks import cells_of

YEARS = (
    *(0, 999, 1799, 1800, 1804, 1899, 1900, 1904, 1970, 1979, 1980, 1984, 1999, 2000, 2023, 2024, 2096, 2099, 2100),
    *(2104, 2400, 2600, 2800, 2999, 3000, 3200, 4000, 5200, 6300, 9996, 9999),
)
OPERATORS = ("IAGPKOMHBTW.", "01", "WB")
SOURCES = ("verzuim", "a", "12345678", "123456789", "leerplicht-2026_nieuw", "s" * 64)


def is_day(year: str, month: str, day: str, first: int = 1800, last: int = 2999) -> bool:
    """Whether the calendar has this day, in one of these years."""
    try:
        return first <= date(int(year), int(month), int(day)).year <= last
    except ValueError:
        return False


def is_register_date(cell: bytes) -> bool:
    """YYYYMMDD, unknown parts 00 from the day on."""
    if not re.fullmatch(rb"[0-9]{8}", cell):
        return False
    year, month, day = cell[:4].decode(), cell[4:6].decode(), cell[6:].decode()
    if month == "00":
        return cell == b"00000000" or (day == "00" and is_day(year, "01", "01"))
    return is_day(year, month, "01" if day == "00" else day)


def is_iso_date(cell: bytes, first: int = 1980, last: int = 2099) -> bool:
    """YYYY-MM-DD."""
    found = re.fullmatch(rb"([0-9]{4})-([0-9]{2})-([0-9]{2})", cell)
    return bool(found) and is_day(*(part.decode() for part in found.groups()), first, last)


def matches(pattern: bytes) -> Callable[[bytes], bool]:
    """Whether the whole cell is so."""
    return lambda cell: re.fullmatch(pattern, cell, re.DOTALL) is not None


#: Each form, and what it must say of one cell.
FORMS: dict[str, tuple[Callable[[Cells], object], Callable[[bytes], object]]] = {
    "is_empty": (forms.is_empty, lambda cell: not cell),
    "is_id": (forms.is_id, matches(rb"[0-9a-f]{32}")),
    "code4": (lambda cells: forms.code4(cells)[0], matches(rb"[0-9]{4}")),
    "is_digit": (forms.is_digit, matches(rb"[0-9]")),
    "school_ids": (lambda cells: forms.school_ids(cells)[0], matches(rb"[0-9]{2}[A-Z]{2}[0-9]{2}")),
    "register_dates": (lambda cells: forms.register_dates(cells)[0], is_register_date),
    "is_no_end": (forms.is_no_end, lambda cell: is_iso_date(cell, 2100, 9999)),
    "iso_dates": (lambda cells: forms.iso_dates(cells)[0], is_iso_date),
    **{
        f"is_one_of {letters}": (
            forms.one_of(letters),
            lambda cell, letters=letters: len(cell) == 1 and cell in letters.encode(),
        )
        for letters in OPERATORS
    },
    **{
        f"which of {words[0]}": (
            forms.which(words),
            lambda cell, words=words: (
                ([word.encode() for word in words].index(cell) + 1) if cell.decode("latin-1") in words else 0
            ),
        )
        for words in (EDUCATION_TYPES, ENROLMENT_SOURCES, SOURCES)
    },
}
GOOD = (
    b"0123456789abcdef" * 2,
    b"f" * 32,
    b"20240229",
    b"20250400",
    b"19000000",
    b"00000000",
    b"2024-02-29",
    b"2025-12-31",
    b"0363",
    b"7",
    b"W",
    b".",
    b"12AZ09",
    b"99ZA00",
    *(word.encode() for word in (*EDUCATION_TYPES, *ENROLMENT_SOURCES, *SOURCES)),
)
#: Neighbours of the bounds of every form, and bytes that would spill over.
NASTY = b"/0129:@AFGZ[`afgz{|-. \t\x01\x7f\x80\xb0\xc3\xa9\xe9\xff"

cells = st.one_of(
    st.sampled_from(GOOD),
    st.binary(max_size=40).map(lambda cell: re.sub(rb"[,\n]", b";", cell)),
    st.builds(
        lambda cell, place, byte, width: (
            cell[: place % (len(cell) + 1)] + byte + cell[place % (len(cell) + 1) + width :]
        ),
        st.sampled_from(GOOD),
        st.integers(0, 70),
        st.one_of(st.sampled_from([bytes([byte]) for byte in NASTY]), st.just(b"")),
        st.integers(0, 1),
    ),
)


def check(name: str, content: list[bytes], other: bytes = b"0") -> None:
    judge, plain = FORMS[name]
    found = judge(cells_of(content, other)).tolist()
    wrong = [(cell, value) for cell, value in zip(content, found, strict=True) if value != plain(cell)]
    assert not wrong


@pytest.mark.parametrize("name", FORMS)
@given(st.lists(cells, min_size=1, max_size=60), st.sampled_from((b"", b"0", b"20240229", b"\xff" * 40, b"f" * 40)))
@settings(max_examples=40, deadline=None, derandomize=True, database=None)
def test_a_form_is_what_it_says(name: str, content: list[bytes], other: bytes) -> None:
    """Whatever bytes lie in the cell and behind it."""
    check(name, content, other)


@pytest.mark.parametrize("name", FORMS)
def test_every_byte_in_every_place(name: str) -> None:
    values = [bytes([byte]) for byte in range(256) if byte not in b",\n"]
    check(name, [cell[:at] + byte + cell[at + 1 :] for cell in GOOD[:14] for at in range(len(cell)) for byte in values])
    check(
        name,
        [*values, *(cell[:end] for cell in GOOD for end in range(len(cell) + 1)), *(b"%b0" % cell for cell in GOOD)],
    )


def every_day() -> Iterator[tuple[int, int, int]]:
    """All that may stand as year, month and day, near the calendar."""
    return ((year, month, day) for year in YEARS for month in (*range(14), 99) for day in (*range(34), 99))


@pytest.mark.parametrize(
    ("name", "text"), [("register_dates", b"%04d%02d%02d"), ("iso_dates", b"%04d-%02d-%02d")], ids=["register", "iso"]
)
def test_every_day_of_some_years(name: str, text: bytes) -> None:
    content = [text % day for day in every_day()]
    check(name, content)
    found, number = getattr(forms, name)(cells_of(content))
    by_text = sorted(
        (cell, value) for cell, is_date, value in zip(content, found, number.tolist(), strict=True) if is_date
    )
    numbers = [value for _, value in by_text]
    assert numbers == sorted(set(numbers))
    assert all(value == int(cell[:4]) << 16 | int(cell[4:].replace(b"-", b"")) for cell, value in by_text)


def test_numbers_of_codes_and_schools_tell_them_apart() -> None:
    codes = [b"%04d" % number for number in range(10_000)]
    assert len(set(forms.code4(cells_of(codes))[1].tolist())) == 10_000
    letters = [bytes([one, two]) for one in range(65, 91) for two in range(65, 91)]
    schools = [b"12%b34" % pair for pair in letters] + [
        b"%02dAB%02d" % divmod(n, 100) for n in range(10_000) if n != 1234
    ]
    _, number = forms.school_ids(cells_of(schools))
    assert len(set(number.tolist())) == len(schools)
    assert int(number.max()) < 1 << 26


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder: Path = tmp_path_factory.mktemp("warehouse")
    with Warehouse(folder, threads=1) as opened:
        for macro in MACROS:
            opened.execute(opened.sql(f"stage/macros/{macro}.sql"), macro)
        yield opened


def texts() -> list[str]:
    """Good texts, all days of the years above, and thousands of near misses."""
    rng = random.Random(1)
    usable = [cell.decode() for cell in GOOD]
    odd = [*NASTY[:-6].decode(), "é", "٣", "०", "\U0001f9d2", "\u00a0", "\u202e"]
    near = []
    for _ in range(4000):
        text = rng.choice(usable)
        at = rng.randint(0, len(text))
        near.append(text[:at] + rng.choice(["", *odd]) + text[at + rng.randint(0, 1) :])
    days = [f"{year:04d}{sign}{month:02d}{sign}{day:02d}" for year, month, day in every_day() for sign in ("", "-")]
    return [text for text in (*usable, *near, *days) if "," not in text]


@pytest.mark.parametrize(
    ("name", "macro", "is_equal"),
    [
        ("is_id", "is_id", True),
        ("code4", "is_code4", True),
        ("register_dates", "is_register_date", True),
        ("iso_dates", "is_iso_date", True),
        ("is_no_end", "t <> '' AND known_end(t) IS NULL AND strlen", True),
        ("is_digit", "is_small_number", False),
        ("is_id", "NOT is_bad_id(t, true) AND is_id", True),
        ("code4", "is_small_number", False),
    ],
)
def test_sql_says_the_same(name: str, macro: str, is_equal: bool, warehouse: Warehouse) -> None:
    content = texts()
    warehouse.load("cells", {"n": "INTEGER", "t": "VARCHAR"}, enumerate(content))
    rows = warehouse.query(f"SELECT {macro}(t) AS ok FROM cells ORDER BY n", "cells")
    in_sql = [bool(row["ok"]) for row in rows]
    in_sieve = FORMS[name][0](cells_of([text.encode() for text in content])).tolist()
    assert any(in_sieve)
    assert not [text for text, ok, sure in zip(content, in_sql, in_sieve, strict=True) if sure and not ok]
    if is_equal:
        assert not [text for text, ok, sure in zip(content, in_sql, in_sieve, strict=True) if ok and not sure]
