"""Reads the lists of schools, traces and number links that a profile describes: CSV and XLSX, one row a line.

A row that cannot be used is set aside and counted with its line and reason; a column that the profile does not
name is never read.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal, TypeVar

from brp_signals.base.errors import DeliveryRefused
from brp_signals.delivery.contract import EDUCATION_TYPES, TRACE_KINDS
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.formats.cells import (
    UNUSABLE,
    Cell,
    DateReader,
    PickedCells,
    as_text,
    has_formula,
    number_of,
    space_of,
)
from brp_signals.gateway.formats.known_rows import Codes, Day, KnownCells, KnownRow
from brp_signals.gateway.formats.numbers import is_school_id
from brp_signals.gateway.formats.records import Enrolment, ListedNumber, NumberLink, Trace
from brp_signals.gateway.formats.text_files import Header, Layout, SourceLines
from brp_signals.gateway.formats.workbook_files import WorkbookRows
from brp_signals.gateway.profiles.profile import Profile
from brp_signals.gateway.pseudonyms import Space
from brp_signals.gateway.readability import WHOLE_ROW

Row = TypeVar("Row", Enrolment, Trace)

_SOURCE_CODE = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_LIKE_A_NUMBER = re.compile(r"[0-9]{8,10}", re.ASCII)
_LOCATION_DIGITS: Final = 2
#: The number of a row without a valid one; such a row is not passed on.
NO_NUMBER: Final = ListedNumber(Space.BSN, "")
_ADVICE: Final = "export the file again with it, or correct the profile (see brp-signals profile check)"


class _ListReader:
    """What all lists share: which columns are read, which rows count, the number of a row."""

    _party: str
    """The field that says whose row it is."""
    _codes_of: tuple[str, ...]
    _dates: tuple[str, ...] = ()
    """The fields of a row: codes, and dates."""

    def __init__(self, profile: Profile, path: Path) -> None:
        self.profile = profile
        self.legal_basis = profile.legal_basis or ""
        self._table = _table(profile, path)
        self._table.header.refuse_duplicates("")
        self._choose_columns(self._table.header)
        self.file = self._table.file
        self.unread = self._table.header.unread(frozenset(self._names))
        self.dates = DateReader(profile.dates.patterns, self._table.day_0)
        self.lines_read = 0
        self.empty_lines = 0

    def _choose_columns(self, header: Header) -> None:
        """Decide which columns of this file are read, or refuse it."""
        profile, missing = self.profile, []
        fields: dict[str, str] = {}
        for field, names in profile.columns.by_field().items():
            if name := _column_in_file(header, names):
                fields[field] = name
            elif field not in profile.columns.optional:
                missing.append(" or ".join(names))
        numbers = {kind: _column_in_file(header, names) for kind, names in profile.number.columns().items()}
        missing = _missing_numbers(profile, numbers) + missing
        kept = {name: _column_in_file(header, (name,)) for name in profile.keep}
        missing += [name for name, found in kept.items() if not found]
        header.refuse_missing(missing, _ADVICE)
        self._names = tuple(dict.fromkeys((*filter(None, numbers.values()), *fields.values(), *kept.values())))
        position = {name: place for place, name in enumerate(self._names)}
        self._numbers = [(kind, position[name]) for kind, name in numbers.items() if name]
        self._number_column = " or ".join(name for name in numbers.values() if name)
        self._of_field = {field: position[name] for field, name in fields.items()}
        self._kept = [
            (position[kept[name]], {value.casefold() for value in each}) for name, each in profile.keep.items()
        ]
        self._codes = profile.codes.by_field()
        self._constants = profile.constants.by_field()
        self._prepare_known()
        self.read_as = [*((name, kind) for kind, name in numbers.items() if name)]
        """Every column that is read, with what it is read for."""
        self.read_as += [
            *((name, field) for field, name in fields.items()),
            *((name, "keep") for name in kept.values()),
        ]

    def _prepare_known(self) -> None:
        """Say where codes and days stand; a column that holds a number as well is never remembered."""
        in_file = [field for field in self._of_field if field in self._dates]
        self._day_of = [
            (in_file.index(field) if field in in_file else None, self._constants.get(field, ""))
            for field in self._dates
        ]
        days = [self._of_field[field] for field in in_file]
        codes = {place for field, place in self._of_field.items() if field not in in_file}
        codes |= {place for place, _ in self._kept}
        are_shared = any(place in (*days, *codes) for _, place in self._numbers)
        self._known_places = ([] if are_shared else self._numbers), sorted(codes), days

    def _rows(self, findings: Findings) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Yield the rows that have the right shape; every other row is counted."""
        for line, picked in self._picked_rows(findings):
            if (cells := self._shaped(line, picked, findings)) is not None:
                yield line, cells

    def _picked_rows(self, findings: Findings) -> Iterator[tuple[int, PickedCells]]:
        self.lines_read = self.empty_lines = 0
        self.dates.counts.clear()
        return self._before_footer(findings)

    def _shaped(self, line: int, picked: PickedCells, findings: Findings) -> tuple[Cell, ...] | None:
        """Return what the cells of a row say; None, and a finding, when it has not the right shape or is left out."""
        if picked is None:
            findings.broken("cells_wrong", self.file, line)
            return None
        cells = self._table.bare(picked)
        if has_formula(cells):
            findings.broken("formula_cell", self.file, line)
            return None
        if any(as_text(cells[place]).casefold() not in values for place, values in self._kept):
            findings.add("row_left_out", self.file, line)
            return None
        findings.readability.filled(self.file)[WHOLE_ROW] += 1
        return cells

    def _listed(
        self,
        findings: Findings,
        read: Callable[[tuple[Cell, ...], int, Findings], Row | None],
        known: Callable[[int, KnownRow], Row],
    ) -> Iterator[Row]:
        """Yield the usable rows: one whose cells are all known from rows before it by `known`, else by `read`."""
        self._known = KnownCells(*self._known_places)
        for line, picked in self._picked_rows(findings):
            if picked and (found := self._known.find(picked)):
                self._count(line, found, findings)
                yield known(line, found)
                continue
            n_findings = findings.n_added
            cells = self._shaped(line, picked, findings)
            row = cells and read(cells, line, findings)
            if picked and cells and row:
                if findings.n_added == n_findings:
                    self._learn(picked, cells, row)
                yield row

    def _learn(self, picked: tuple[Cell, ...], cells: tuple[Cell, ...], row: Enrolment | Trace) -> None:
        """Remember the cells of a row with which nothing was wrong."""
        filled = [(field, place) for field, place in self._of_field.items() if cells[place] != ""]
        columns = {field: self._names[place] for field, place in filled}
        patterns = {field: self.dates.pattern_of(cells[place]) for field, place in filled if field in self._dates}
        if all(patterns.values()):
            days = [
                Day(getattr(row, f), patterns.get(f, ""), columns.get(f, ""))
                for f in self._of_field
                if f in self._dates
            ]
            codes = tuple(name for field, name in columns.items() if field not in self._dates)
            self._known.learn(
                picked,
                Codes(tuple(getattr(row, field) for field in self._codes_of), getattr(row, self._party), codes),
                days,
            )

    def _dates_of(self, row: KnownRow) -> list[str]:
        """All dates of a row, those that are constants included."""
        return [constant if place is None else row.days[place].text for place, constant in self._day_of]

    def _count(self, line: int, row: KnownRow, findings: Findings) -> None:
        """Count the cells of a row that are all known."""
        told = findings.readability
        told.row(self.file, line, row.codes.party, is_kept=True)
        filled = told.filled(self.file)
        filled[WHOLE_ROW] += 1
        filled[self._number_column] += 1
        for column in row.codes.columns:
            filled[column] += 1
        for day in row.days:
            if day.column:
                filled[day.column] += 1
                self.dates.counts[day.pattern] += 1

    def _judge(
        self, cells: tuple[Cell, ...], row: Enrolment | Trace, problem: str, party: str, findings: Findings
    ) -> None:
        """Count which cells of a row could be read, and what keeps it out of the delivery, if anything does."""
        told = findings.readability
        told.row(self.file, row.line, party, is_kept=not problem)
        if any(cells[place] != "" for _, place in self._numbers):
            has_number = row.number is not NO_NUMBER
            told.cell(self.file, self._number_column, row.line, is_readable=has_number, party=party)
        for field, place in self._of_field.items():
            if cells[place] != "":
                is_readable = _READABLE[field](getattr(row, _SCHOOL_PARTS.get(field, field)))
                told.cell(self.file, self._names[place], row.line, is_readable=is_readable, party=party)
        if problem:
            findings.add(problem, self.file, row.line)

    def _before_footer(self, findings: Findings) -> Iterator[tuple[int, PickedCells]]:
        """The filled rows; those of the footer are counted, so that none is lost unseen."""
        held: deque[tuple[int, PickedCells]] = deque()
        for line, cells in self._table.picked(self._names):
            self.lines_read += 1
            if cells == ():
                self.empty_lines += 1
                continue
            if self._table.is_hidden(line):
                findings.add("row_hidden", self.file, line)
            held.append((line, cells))
            if len(held) > self.profile.file.footer_rows:
                yield held.popleft()
        for line, _ in held:
            findings.add("footer_row", self.file, line)
        if isinstance(self._table, WorkbookRows):
            if self._table.other_sheets:
                findings.add("sheet_not_read", self.file, 0)
            hidden = self._table.hidden_columns(self._names)
            findings.add_many("column_hidden", hidden, [(self.file, 0)] * hidden)

    def _number(self, cells: tuple[Cell, ...], line: int, findings: Findings) -> ListedNumber:
        """The first valid number of a row, or `NO_NUMBER`."""
        for kind, place in self._numbers:
            text, was_short = number_of(cells[place])
            space = space_of(text, kind)
            if space is not None:
                if was_short:
                    findings.add("leading_zeros_restored", self.file, line)
                return ListedNumber(space, text)
        return NO_NUMBER

    def _text(self, cells: tuple[Cell, ...], field: str) -> str:
        """The text of a field: its cell, translated if the profile has codes for it, else its constant, else empty."""
        position = self._of_field.get(field)
        if position is None:
            return self._constants.get(field, "")
        text = as_text(cells[position])
        codes = self._codes.get(field)
        return text if codes is None else codes.get(text.casefold(), UNUSABLE)

    def _date(self, cells: tuple[Cell, ...], field: str, line: int, findings: Findings) -> str:
        """The ISO date of a field, empty when there is none."""
        position = self._of_field.get(field)
        if position is None:
            return self._constants.get(field, "")
        is_last_day = field == "withdrawn_on" and self.profile.dates.withdrawn == "inclusive"
        return self.dates.text(
            cells[position],
            plus_one=is_last_day,
            is_end=field in ("withdrawn_on", "ended_on"),
            note=lambda kind: findings.add(kind, self.file, line),
        )


class EnrolmentReader(_ListReader):
    """The rows of one school list."""

    kind: Final[Literal["enrolments"]] = "enrolments"
    _party = "school_id"
    _codes_of = ("school_id", "education_type", "source")
    _dates = ("enrolled_on", "withdrawn_on", "seen_on")

    def rows(self, findings: Findings) -> Iterator[Enrolment]:
        """Every usable row; whether its dates make sense together is for the delivery checks."""
        return self._listed(findings, self._read, self._of_known)

    def _read(self, cells: tuple[Cell, ...], line: int, findings: Findings) -> Enrolment | None:
        row = Enrolment(
            line,
            self._number(cells, line, findings),
            self._school_id(cells),
            self._text(cells, "education_type").upper(),
            self._date(cells, "enrolled_on", line, findings),
            self._date(cells, "withdrawn_on", line, findings),
            self._text(cells, "source"),
            self._date(cells, "seen_on", line, findings),
        )
        problem = problem_of_enrolment(row)
        self._judge(cells, row, problem, row.school_id if is_school_id(row.school_id) else "", findings)
        return None if problem else row

    def _of_known(self, line: int, row: KnownRow) -> Enrolment:
        school_id, education_type, source = row.codes.texts
        enrolled_on, withdrawn_on, seen_on = self._dates_of(row)
        return Enrolment(line, row.number, school_id, education_type, enrolled_on, withdrawn_on, source, seen_on)

    def _school_id(self, cells: tuple[Cell, ...]) -> str:
        if school_id := self._text(cells, "school_id"):
            return school_id.upper()
        return self._text(cells, "brin").upper() + self._text(cells, "location").zfill(_LOCATION_DIGITS)


class TraceReader(_ListReader):
    """The rows of one list of traces."""

    kind: Final[Literal["traces"]] = "traces"
    _party = "source_code"
    _codes_of = ("kind", "source_code")
    _dates = ("event_on", "ended_on")

    def rows(self, findings: Findings) -> Iterator[Trace]:
        """Every usable row; whether its source is declared is for the run."""
        return self._listed(findings, self._read, self._of_known)

    def _read(self, cells: tuple[Cell, ...], line: int, findings: Findings) -> Trace | None:
        row = Trace(
            line,
            self._number(cells, line, findings),
            self._text(cells, "kind"),
            self._text(cells, "source_code"),
            self._date(cells, "event_on", line, findings),
            self._date(cells, "ended_on", line, findings),
        )
        problem = _problem_of_trace(row)
        self._judge(cells, row, problem, row.source_code if _is_source_code(row.source_code) else "", findings)
        return None if problem else row

    def _of_known(self, line: int, row: KnownRow) -> Trace:
        return Trace(line, row.number, *row.codes.texts, *self._dates_of(row))


class LinkReader(_ListReader):
    """The rows of one table of links."""

    kind: Final[Literal["links"]] = "links"

    def rows(self, findings: Findings) -> Iterator[NumberLink]:
        """Every row with two valid numbers."""
        for line, cells in self._rows(findings):
            found: dict[Space | None, str] = {}
            for kind, place in self._numbers:
                text, was_short = number_of(cells[place])
                found[space_of(text, kind)] = text
                if was_short:
                    findings.add("leading_zeros_restored", self.file, line)
                if text:
                    is_readable = space_of(text, kind) is not None
                    findings.readability.cell(self.file, self._names[place], line, is_readable=is_readable)
            if Space.BSN in found and Space.EDUCATION_NUMBER in found:
                yield NumberLink(line, found[Space.BSN], found[Space.EDUCATION_NUMBER])
            else:
                findings.add("link_incomplete", self.file, line)


def problem_of_enrolment(row: Enrolment) -> str:
    """The kind of finding that sets this row aside, or empty text."""
    if row.number is NO_NUMBER:
        return "row_without_number"
    if not is_school_id(row.school_id):
        return "school_id_malformed"
    if row.education_type not in EDUCATION_TYPES:
        return "education_type_unknown"
    return _problem_of_dates((row.enrolled_on, row.seen_on), row.withdrawn_on)


def _problem_of_trace(row: Trace) -> str:
    if row.number is NO_NUMBER:
        return "row_without_number"
    if row.kind not in TRACE_KINDS:
        return "kind_unknown"
    if not _is_source_code(row.source_code):
        return "source_code_malformed"
    return _problem_of_dates((row.event_on,), row.ended_on)


def _problem_of_dates(required: tuple[str, ...], optional: str) -> str:
    return "row_date_malformed" if "" in required or UNUSABLE in (*required, optional) else ""


def _is_source_code(text: str) -> bool:
    return bool(_SOURCE_CODE.fullmatch(text)) and not _LIKE_A_NUMBER.fullmatch(text)


def _is_date(text: str) -> bool:
    return text != UNUSABLE


#: The test, for each field, whether a filled cell was readable; a BRIN and its location are tested together.
_READABLE: Final[dict[str, Callable[[str], bool]]] = {
    **dict.fromkeys(("enrolled_on", "withdrawn_on", "seen_on", "event_on", "ended_on"), _is_date),
    **dict.fromkeys(("school_id", "brin", "location"), is_school_id),
    "education_type": EDUCATION_TYPES.__contains__,
    "kind": TRACE_KINDS.__contains__,
    "source_code": _is_source_code,
}
_SCHOOL_PARTS: Final = dict.fromkeys(("brin", "location"), "school_id")


def _table(profile: Profile, path: Path) -> SourceLines | WorkbookRows:
    file = profile.file
    if file.type == "xlsx":
        return WorkbookRows(path, file.sheet, file.header_row)
    encoding = file.encoding.removesuffix("-sig")
    return SourceLines(path, Layout(encoding, file.separator, file.quote, file.header_row))


def _missing_numbers(profile: Profile, found: dict[str, str]) -> list[str]:
    """Name the numbers that a row needs and cannot have: both for a link, else one of them."""
    accepted = profile.number.columns()
    if profile.kind == "links":
        return [" or ".join(accepted[kind]) for kind, name in found.items() if not name]
    return [] if any(found.values()) else [" or ".join(name for names in accepted.values() for name in names)]


def _column_in_file(header: Header, names: tuple[str, ...]) -> str:
    """The one of these columns that the file has, as the file writes it; empty without any."""
    present = [name for name in names if name in header.columns] or header.alike(names)
    if len(present) > 1:
        raise DeliveryRefused(
            f"{header.file}, line {header.row}: columns {' and '.join(present)} stand for the same thing;"
            " keep one of them in the profile."
        )
    return present[0] if present else ""
