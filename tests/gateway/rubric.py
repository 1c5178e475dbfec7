"""Handmade sources for the gateway's tests. Everything here is purely synthetic: nobody has these numbers.

`rubric` writes a register extract with the columns of the RvIG export, its traps included: the BOM, the
empty first and last header, `06.88.10` twice.
"""

import csv
import io
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from brp_signals.gateway import PseudonymiseResult, Source, pseudonymise
from brp_signals.gateway.pseudonyms import Space, read_key

Line = Mapping[str, str]

_NUMBERS = "01.10 01.20"
_NAMES = "02.10 02.20 02.30 02.40"
_BIRTH = "03.10 03.20 03.30"
_DEEDS = "81.10 81.20 82.10 82.20 82.30"
_INQUIRY = "83.10 83.20 83.30"
_VALIDITY = "84.10 85.10 86.10"
_ELEMENTS = {
    "01": f"{_NUMBERS} {_NAMES} {_BIRTH} 04.10 20.10 20.20 61.10 {_DEEDS} {_INQUIRY} {_VALIDITY} 88.10 88.20 H",
    "02": f"{_NUMBERS} {_NAMES} {_BIRTH} 04.10 62.10 {_DEEDS} {_INQUIRY} {_VALIDITY} H",
    "03": f"{_NUMBERS} {_NAMES} {_BIRTH} 04.10 62.10 {_DEEDS} {_INQUIRY} {_VALIDITY} H",
    "04": f"05.10 63.10 64.10 65.10 73.10 82.10 82.20 82.30 {_INQUIRY} {_VALIDITY} 88.10 88.20 H",
    "05": f"{_NUMBERS} {_NAMES} {_BIRTH} 04.10 06.10 06.20 06.30 07.10 07.20 07.30 {_DEEDS} {_VALIDITY} H",
    "06": f"08.10 08.20 08.30 {_DEEDS} {_INQUIRY} {_VALIDITY} 88.10 88.10 H",
    "07": "66.20 67.10 67.20 68.10 69.10 70.10 71.10 71.20 80.10 80.20 87.10 88.10 88.20 H",
    "08": "09.10 09.20 10.10 10.20 10.30 11.10 11.15 11.20 11.30 11.40 11.50 11.60 11.70 11.80 11.90 12.10"
    f" 13.10 13.20 13.30 13.40 13.50 14.10 14.20 72.10 75.10 {_INQUIRY} {_VALIDITY} 88.10 88.20 H",
    "09": f"{_NUMBERS} {_NAMES} {_BIRTH} {_DEEDS} {_INQUIRY} {_VALIDITY} 89.10 H",
    "10": f"39.10 39.20 39.30 {_INQUIRY} {_VALIDITY} H",
    "12": f"35.10 35.20 35.30 35.40 35.50 35.60 35.70 36.10 82.10 82.20 82.30 {_INQUIRY} 85.10 86.10 H",
    "13": "31.10 31.20 31.30 38.10 38.20 82.10 82.20 82.30 H",
}
HEADER = ("", *(f"{c}.{e}" for c, elements in _ELEMENTS.items() for e in elements.split()), "")

SCHOOL_HEADER = ("bsn", "school_id", "education_type", "enrolled_on", "withdrawn_on", "seen_on")
TRACE_HEADER = ("bsn", "kind", "source_code", "event_on", "ended_on")

#: What a person has when a test does not care.
DEFAULTS = {
    "01.03.10": "20120505",
    "07.70.10": "0",
    "08.09.10": "0363",
    "08.10.10": "W",
    "08.10.30": "20120505",
    "08.72.10": "A",
    "08.85.10": "20120505",
    "08.86.10": "20120506",
}


def bsn(serial: int) -> str:
    """The `serial`-th synthetic nine-digit number that passes the 11-check."""
    stem = 90_000_000 + serial * 7
    while True:
        total = sum(weight * int(digit) for weight, digit in zip(range(9, 1, -1), str(stem), strict=True))
        if total % 11 < 10:
            return f"{stem}{total % 11}"
        stem += 1


def a_number(serial: int) -> str:
    """The `serial`-th synthetic A-number."""
    return f"{9_000_000_000 + serial * 13}"


def who(serial: int, **changes: str) -> dict[str, str]:
    """The first line of a person with its own numbers; `e0810` style keywords change elements."""
    return {**DEFAULTS, "01.01.10": a_number(serial), "01.01.20": bsn(serial), **cells(**changes)}


def cells(**changes: str) -> dict[str, str]:
    """Elements from keywords: `c08_13_20="20260302"` is element 08.13.20."""
    return {name.removeprefix("c").replace("_", "."): value for name, value in changes.items()}


def residence(**changes: str) -> dict[str, str]:
    """One block of category 08."""
    block = {name: value for name, value in DEFAULTS.items() if name.startswith("08.")}
    return {**block, **cells(**changes)}


def departed(day: str, **changes: str) -> dict[str, str]:
    """A block of category 08 that is a departure to an unknown destination."""
    empty = {"c08_10_10": "", "c08_10_30": ""}
    values = {
        **empty,
        "c08_09_10": "1999",
        "c08_13_10": "0000",
        "c08_13_20": day,
        "c08_85_10": day,
        **changes,
    }
    return residence(**values)


def rubric(persons: Iterable[Sequence[Line]], header: Sequence[str] = HEADER) -> bytes:
    """The extract of these persons, each a list of lines."""
    positions = {name: position for position, name in reversed(list(enumerate(header)))}
    rows = []
    for number, lines in enumerate(persons, start=1):
        for line_number, line in enumerate(lines):
            row = [""] * len(header)
            row[0] = f"Lg01_{number:03d}" if line_number == 0 else ""
            for name, value in line.items():
                row[positions[name]] = value
            rows.append(row)
    return b"\xef\xbb\xbf" + table(header, rows)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A `;` separated file."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=";", lineterminator="\n").writerows([header, *rows])
    return stream.getvalue().encode()


def school_row(serial: int, **changes: str) -> tuple[str, ...]:
    """A row of a school list about the person with this serial number."""
    row = dict(zip(SCHOOL_HEADER, (bsn(serial), "12AB00", "PO", "2018-08-01", "", "2026-05-06"), strict=True))
    return tuple({**row, **changes}.values())


@dataclass(frozen=True)
class Made:
    """A delivery with what the gateway said about it."""

    result: PseudonymiseResult
    folder: Path
    key_file: Path

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of a table."""
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def manifest(self) -> dict[str, Any]:
        """The manifest."""
        content: dict[str, Any] = json.loads((self.folder / "manifest.json").read_bytes())
        return content

    def bytes(self) -> dict[str, bytes]:
        """Every file of the delivery; of the manifest all but what it says about the source files."""
        files = {path.name: path.read_bytes() for path in sorted(self.folder.iterdir())}
        told = {name: part for name, part in self.manifest().items() if name != "sources"}
        return {**files, "manifest.json": json.dumps(told).encode()}

    def bsn_id(self, serial: int) -> str:
        """The pseudonym of the person's BSN."""
        return read_key(self.key_file).pseudonym(Space.BSN, bsn(serial))

    def a_number_id(self, serial: int) -> str:
        """The pseudonym of the person's A-number."""
        return read_key(self.key_file).pseudonym(Space.A_NUMBER, a_number(serial))

    def person(self, person_id: str) -> dict[str, str]:
        """The one row of a person."""
        (row,) = (row for row in self.rows("persons") if row["person_id"] == person_id)
        return row

    def residences(self, person_id: str) -> list[dict[str, str]]:
        """The residence rows of a person."""
        return [row for row in self.rows("residences") if row["person_id"] == person_id]


class Workshop:
    """A folder with a key, where sources become deliveries."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key_file = folder / "key"
        self.key_file.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
        self.key_file.chmod(0o600)
        self._made = 0

    def file(self, name: str, content: bytes) -> Path:
        """A source file with this content."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    def register(self, *persons: Sequence[Line]) -> tuple[str, Path]:
        """A register source with these persons."""
        return "gbav", self.file("register.csv", rubric(persons))

    def school(self, *rows: Sequence[str]) -> tuple[str, Path]:
        """A school list; without rows one row about nobody in the register."""
        return "school-csv", self.file("school.csv", table(SCHOOL_HEADER, rows or [school_row(999)]))

    def traces(self, *rows: Sequence[str]) -> tuple[str, Path]:
        """A list of traces."""
        return "trace-csv", self.file("traces.csv", table(TRACE_HEADER, rows))

    def deliver(self, *sources: tuple[str, Path] | Source, **options: Any) -> Made:
        """Pass these sources through the gateway, with a school list when there is none."""
        given = list(sources)
        if not any(source[0] == "school-csv" for source in given):
            given.append(self.school())
        self._made += 1
        out = options.pop("out", self.folder / f"delivery-{self._made}")
        options.setdefault("reference_date", date(2026, 6, 15))
        options.setdefault("file_format", "csv")
        result = pseudonymise(given, options.pop("key_file", self.key_file), out, **options)
        return Made(result, out, self.key_file)
