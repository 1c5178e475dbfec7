"""Lists of schools and suppliers as files: text, workbooks, EDEXML. Every number is made up here."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from brp_signals.gateway.findings import Findings
from brp_signals.gateway.formats.open_source import open_source
from tests.gateway.rubric import bsn

#: A profile that reads the files of these tests; what a test adds to it comes after.
PROFILE = """
name = "test"
version = "1"
supplier = "made up"
kind = "enrolments"
[constants]
source = "school"
school_id = "12AB00"
education_type = "PO"
seen_on = 2026-05-06
[number]
mixed = "PGN"
[columns]
enrolled_on = "Van"
withdrawn_on = "Tot"
[dates]
patterns = ["dd-mm-yyyy", "yyyy-mm-dd", "yyyymmdd", "excel-serial"]
"""
HEADER = ("PGN", "Van", "Tot")

PEILDATUM = "2026-05-06"


def education_number(serial: int) -> str:
    """The `serial`-th synthetic education number: it starts with 10 and leaves 5 in the 11-check."""
    stem = 10_000_000 + serial * 7
    while True:
        last = (sum(weight * int(digit) for weight, digit in zip(range(9, 1, -1), str(stem), strict=True)) - 5) % 11
        if last < 10:
            return f"{stem}{last}"
        stem += 1


def short_bsn(zeros: int) -> str:
    """A synthetic BSN that starts with so many zeros."""
    stem = int("1" * (8 - zeros))
    while True:
        total = sum(weight * int(digit) for weight, digit in zip(range(9, 1, -1), f"{stem:08d}", strict=True))
        if total % 11 < 10:
            return f"{stem:08d}{total % 11}"
        stem += 1


def csv_bytes(rows: Iterable[Sequence[str]], separator: str = ";", encoding: str = "utf-8", end: str = "\n") -> bytes:
    """Rows as a text file without quotes."""
    return "".join(separator.join(row) + end for row in rows).encode(encoding)


def xlsx_bytes(rows: Iterable[Sequence[Any]], sheet: str = "Export", others: Sequence[str] = ()) -> bytes:
    """Rows as a workbook."""
    workbook = openpyxl.Workbook()
    active = workbook.active
    active.title = sheet
    for row in rows:
        active.append(list(row))
    for other in others:
        workbook.create_sheet(other)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def pupil(serial: int, inside: str = "", number: str | None = None) -> str:
    """One pupil of an EDEXML file; `inside` are further elements."""
    element = f"<bsn>{bsn(serial)}</bsn>" if number is None else number
    dates = "<instroomdatum>2018-08-01</instroomdatum>"
    return f'<leerling key="{serial}"><achternaam>x</achternaam>{element}{dates}{inside}</leerling>'


def edexml(*pupils: str, school: str = "", head: str = "", after: str = "") -> bytes:
    """An EDEXML file of these pupils, one a line from line 2 on."""
    about = f"<peildatum>{PEILDATUM}</peildatum><brincode>12AB</brincode><dependancecode>01</dependancecode>"
    lines = [
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<EDEX><school>{school or about}</school><leerlingen>',
        *pupils,
        f"</leerlingen>{after}</EDEX>",
    ]
    return "\n".join(lines).encode()


class Desk:
    """A folder where files are read under profiles."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, name: str, content: bytes) -> Path:
        """A file with this content."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    def profile(self, *lines: str, text: str = PROFILE) -> str:
        """The path of the test profile with these lines at its end; without a [file] it reads CSV."""
        whole = "\n".join((text, *lines))
        if "[file]" not in whole and "base =" not in whole:
            whole += '\n[file]\ntype = "csv"\n'
        return str(self.file("profile.toml", whole.encode()))

    def read(self, profile: str, path: Path) -> "ReadList":
        """Everything that the profile gets out of the file."""
        return ReadList(profile, path)


class ReadList:
    """The rows of a list and what was noticed."""

    def __init__(self, profile: str, path: Path) -> None:
        self.findings = Findings()
        self.reader: Any = open_source(profile, path)
        self.rows: list[Any] = list(self.reader.rows(self.findings))

    @property
    def counts(self) -> dict[str, int]:
        """The findings by kind."""
        return self.findings.counts()

    def column(self, name: str) -> list[Any]:
        """One field of every row."""
        return [getattr(row, name) for row in self.rows]

    @property
    def numbers(self) -> list[str]:
        """The number of every row."""
        return [row.number.number for row in self.rows]
