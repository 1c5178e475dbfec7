"""Reads the plain lists of schools (`school-csv`) and of traces (`trace-csv`).

Both are UTF-8 with `;`, a header row and one row a line. A row that cannot be used is set aside and counted
with its line and reason; a column that is not asked for by name is never read.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from brp_signals.dates import parse_iso_date
from brp_signals.gateway.canonical import Enrolment, ListedNumber, Trace
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.numbers import is_bsn
from brp_signals.gateway.pseudonyms import Space
from brp_signals.gateway.text_files import SourceLines
from brp_signals.tables import EDUCATION_TYPES, TRACE_KINDS

_ENROLMENT: Final = ("bsn", "school_id", "education_type", "enrolled_on", "withdrawn_on", "seen_on")
_TRACE: Final = ("bsn", "kind", "source_code", "event_on", "ended_on")
_SCHOOL_ID = re.compile(r"[0-9]{2}[A-Z]{2}[0-9]{2}", re.ASCII)
_SOURCE_CODE = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_LIKE_A_NUMBER = re.compile(r"[0-9]{8,10}", re.ASCII)


class _ListReader:
    """What both lists share: header, blank lines, rows of a wrong shape."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self._lines = SourceLines(path)
        self.header = self._lines.header
        self.header.refuse_duplicates("")
        self.header.require(*columns)
        self._pick = self.header.picker(columns)
        self.file = self.header.file
        self.unread = self.header.unread(frozenset(columns))
        self.lines_read = 0
        self.empty_lines = 0

    def _rows(self, findings: Findings) -> Iterator[tuple[int, tuple[str, ...]]]:
        self.lines_read = self.empty_lines = 0
        for line, cells in self._lines:
            self.lines_read += 1
            if cells is None:
                findings.add("cells_wrong", self._lines.file, line)
            elif not any(cell.strip() for cell in cells):
                self.empty_lines += 1
            else:
                yield line, self._pick(cells)


class SchoolReader(_ListReader):
    """The rows of one school list."""

    kind: Final = "enrolments"

    def __init__(self, path: Path) -> None:
        super().__init__(path, _ENROLMENT)

    def rows(self, findings: Findings) -> Iterator[Enrolment]:
        """Every usable row; whether its dates make sense together is for the delivery checks."""
        for line, (bsn, school_id, education_type, enrolled_on, withdrawn_on, seen_on) in self._rows(findings):
            number = ListedNumber(Space.BSN, bsn)
            place = (school_id.upper(), education_type.upper())
            row = Enrolment(line, number, *place, enrolled_on, withdrawn_on, "school", seen_on)
            if problem := _problem_of_enrolment(row):
                findings.add(problem, self.header.file, line)
            else:
                yield row


class TraceReader(_ListReader):
    """The rows of one list of traces."""

    kind: Final = "traces"

    def __init__(self, path: Path) -> None:
        super().__init__(path, _TRACE)

    def rows(self, findings: Findings) -> Iterator[Trace]:
        """Every usable row; whether its source is declared is for the run."""
        for line, (bsn, *cells) in self._rows(findings):
            row = Trace(line, ListedNumber(Space.BSN, bsn), *cells)
            if problem := _problem_of_trace(row):
                findings.add(problem, self.header.file, line)
            else:
                yield row


def _problem_of_enrolment(row: Enrolment) -> str:
    if not is_bsn(row.number.number):
        return "row_without_number"
    if not _SCHOOL_ID.fullmatch(row.school_id):
        return "school_id_malformed"
    if row.education_type not in EDUCATION_TYPES:
        return "education_type_unknown"
    return _problem_of_dates((row.enrolled_on, row.seen_on), row.withdrawn_on)


def _problem_of_trace(row: Trace) -> str:
    if not is_bsn(row.number.number):
        return "row_without_number"
    if row.kind not in TRACE_KINDS:
        return "kind_unknown"
    if not _SOURCE_CODE.fullmatch(row.source_code) or _LIKE_A_NUMBER.fullmatch(row.source_code):
        return "source_code_malformed"
    return _problem_of_dates((row.event_on,), row.ended_on)


def _problem_of_dates(required: tuple[str, ...], optional: str) -> str:
    try:
        given = [parse_iso_date(text) for text in required]
        parse_iso_date(optional)
    except ValueError:
        return "row_date_malformed"
    return "row_date_malformed" if None in given else ""
