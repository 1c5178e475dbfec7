"""Reads the rubric CSV of the register (columns `CC.GG.EE`: category, group, element).

A line is no record: each category is a stack of blocks of its own, the current one on the first line of the
person and history below it, newest first. Position is what counts; markers and dates are known to be wrong
here and there. Only the elements named in this module are ever taken out of a line. The country of
departure (08.13.10) and the foreign address lines leave `_Group13` as a yes or no.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from brp_signals.dates import is_register_date
from brp_signals.errors import DeliveryRefused
from brp_signals.gateway.canonical import Numbers, Person, Residence
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.numbers import is_a_number, is_address_object, is_bsn
from brp_signals.gateway.text_files import Cells, Header, Picker, SourceLines

#: RvIG's export names 06.88.20 "06.88.10" too; neither is read.
_KNOWN_DUPLICATE: Final = "06.88.10"
_ELEMENT = re.compile(r"\d{2}\.\d{2}\.\d{2}", re.ASCII)
_EIGHT_DIGITS = re.compile(r"[0-9]{8}", re.ASCII)
_UNKNOWN_DATE: Final = "00000000"
_UNKNOWN_ADDRESS: Final = "0" * 16
_NO_COUNTRY: Final = "0000"


class _PersonCells(NamedTuple):
    """Current person, suspension, secrecy: categories 01 and 07, first line."""

    birth_date: str
    suspension_date: str
    suspension_reason: str
    secrecy: str


class _NumberCells(NamedTuple):
    """Category 01 on any line: the numbers, the previous A-number, whether the block is incorrect."""

    a_number: str
    bsn: str
    previous_a_number: str
    incorrect: str


class _RelatedCells(NamedTuple):
    """Numbers of a parent (categories 02 and 03)."""

    a_number: str
    bsn: str


class _ChildCells(NamedTuple):
    """Category 09: numbers of a child, stillborn or incorrect; the marker announces the next block."""

    a_number: str
    bsn: str
    birth_registration: str
    incorrect: str
    valid_from: str
    marker: str


class _ResidenceCells(NamedTuple):
    """Category 08 without group 13."""

    municipality_code: str
    address_function: str
    address_from: str
    address_number: str
    declared_by: str
    inquiry: str
    inquiry_from: str
    inquiry_until: str
    incorrect: str
    valid_from: str
    recorded_on: str


_PERSON: Final = ("01.03.10", "07.67.10", "07.67.20", "07.70.10")
_NUMBERS: Final = ("01.01.10", "01.01.20", "01.20.10", "01.84.10")
_PARENT1: Final = ("02.01.10", "02.01.20")
_PARENT2: Final = ("03.01.10", "03.01.20")
_CHILD: Final = ("09.01.10", "09.01.20", "09.89.10", "09.84.10", "09.85.10", "09.H")
_RESIDENCE: Final = (
    *("08.09.10", "08.10.10", "08.10.30", "08.11.80", "08.72.10"),
    *("08.83.10", "08.83.20", "08.83.30", "08.84.10", "08.85.10", "08.86.10"),
)
_GROUP_13: Final = ("08.13.10", "08.13.20", "08.13.30", "08.13.40", "08.13.50")
#: Elements that a selection may leave out: they sharpen, but nothing is wrong without them.
_MAY_BE_ABSENT: Final = frozenset(
    ("01.20.10", "01.84.10", "08.11.80", "08.83.20", "08.13.30", "08.13.40", "08.13.50", *_CHILD)
)
#: All elements that are ever taken out of a line.
TAKEN_ELEMENTS: Final = (*_PERSON, *_NUMBERS, *_PARENT1, *_PARENT2, *_CHILD, *_RESIDENCE, *_GROUP_13)


class _Group13(NamedTuple):
    """A departure as far as it may be known: that it is one, its date, whether the destination is unknown."""

    is_filled: bool
    departure_date: str
    is_destination_unknown: str


@dataclass(slots=True)
class _Line:
    """One line of a person."""

    number: int
    cells: list[str]


class RubricReader:
    """The persons of one rubric CSV file; iterating twice reads the file twice."""

    kind: Final = "register"

    def __init__(self, path: Path) -> None:
        self._lines = SourceLines(path)
        header = self._lines.header
        _check(header)
        self.header = header
        self.file = header.file
        self.unread = header.unread(frozenset(TAKEN_ELEMENTS))
        self._person = header.picker(_PERSON)
        self._numbers = header.picker(_NUMBERS)
        self._parents = (header.picker(_PARENT1), header.picker(_PARENT2))
        self._child = header.picker(_CHILD)
        self._residence = header.picker(_RESIDENCE)
        self._group_13 = header.picker(_GROUP_13)
        self.lines_read = 0
        self.empty_lines = 0

    def persons(self, findings: Findings) -> Iterator[Person]:
        """Every person of the file in its order, what is odd about them in `findings`."""
        for group in self._groups(findings):
            if any(line.cells == [] for line in group):
                findings.add("person_with_broken_line", self._lines.file, group[0].number)
            else:
                yield _PersonBuilder(self, group, findings, self._lines.file).person()

    def _groups(self, findings: Findings) -> Iterator[list[_Line]]:
        """The lines of each person: the list's id stands in column 1, on its first line or on all of them.

        A line that cannot be read belongs to the person before it and is kept without cells. An empty line is
        counted and stays a line of its person, so that no refused cell can decide what follows it.
        """
        self.lines_read = self.empty_lines = 0
        width = len(self.header.columns)
        group: list[_Line] = []
        current_id = ""
        for number, cells in self._lines:
            self.lines_read += 1
            if _is_empty(cells):
                self.empty_lines += 1
                if group:
                    group.append(_Line(number, [""] * width))
                continue
            list_id = cells[0].strip() if cells else ""
            if list_id and list_id != current_id:
                if group:
                    yield group
                group, current_id = [], list_id
            if not current_id:
                findings.add("line_without_person", self._lines.file, number)
                continue
            group.append(_Line(number, cells or []))
        if group:
            yield group

    def pick_person(self, line: _Line) -> _PersonCells:
        """Categories 01 and 07 of a line."""
        return _PersonCells(*self._person(line.cells))

    def pick_numbers(self, line: _Line) -> _NumberCells:
        """Numbers of category 01 of a line."""
        return _NumberCells(*self._numbers(line.cells))

    def pick_parents(self, line: _Line) -> tuple[_RelatedCells, _RelatedCells]:
        """Categories 02 and 03 of a line."""
        first, second = self._parents
        return _RelatedCells(*first(line.cells)), _RelatedCells(*second(line.cells))

    def pick_child(self, line: _Line) -> _ChildCells:
        """Category 09 of a line."""
        return _ChildCells(*self._child(line.cells))

    def pick_residence(self, line: _Line) -> _ResidenceCells:
        """Category 08 of a line, group 13 apart."""
        return _ResidenceCells(*self._residence(line.cells))

    def pick_group_13(self, line: _Line) -> _Group13:
        """Group 13 of a line; the country and the foreign address end here."""
        return _reduced(self._group_13, line)


class _PersonBuilder:
    """Builds one person from its lines."""

    def __init__(self, reader: RubricReader, lines: list[_Line], findings: Findings, file: str) -> None:
        self._reader, self._lines, self._findings, self._file = reader, lines, findings, file

    def person(self) -> Person:
        """The person; every cell outside its domain becomes empty and is counted."""
        first = self._lines[0]
        cells = self._reader.pick_person(first)
        numbers = self._reader.pick_numbers(first)
        current = self._valid(Numbers(numbers.a_number, numbers.bsn), first)
        if not current.bsn:
            self._note("bsn_absent", first)
        if not cells.birth_date:
            self._note("birth_date_absent", first)
        return Person(
            file=self._file,
            line=first.number,
            numbers=current,
            earlier=tuple(self._earlier_numbers(current)),
            birth_date=self._date(cells.birth_date, first) or _UNKNOWN_DATE,
            suspension_reason=self._code(cells.suspension_reason, r"[OEMRFW]", first),
            suspension_date=self._date(cells.suspension_date, first),
            municipality_code=self._code(
                self._reader.pick_residence(first).municipality_code, r"\d{4}", first, counted=False
            ),
            is_confidential=cells.secrecy not in ("", "0"),
            parents=self._parents(first),
            children=tuple(self._children()),
            residences=tuple(self._residences()),
        )

    def _earlier_numbers(self, current: Numbers) -> Iterator[Numbers]:
        """Numbers in correct history of category 01 and previous A-numbers, those of today left out."""
        for position, line in enumerate(self._lines):
            cells = self._reader.pick_numbers(line)
            if cells.incorrect:
                continue
            found = Numbers(cells.previous_a_number)
            if position:
                yield from self._other_than(current, Numbers(cells.a_number, cells.bsn))
            yield from self._other_than(current, found)

    @staticmethod
    def _other_than(current: Numbers, found: Numbers) -> Iterator[Numbers]:
        a_number = found.a_number if is_a_number(found.a_number) else ""
        bsn = found.bsn if is_bsn(found.bsn) else ""
        other = Numbers(a_number if a_number != current.a_number else "", bsn if bsn != current.bsn else "")
        if other:
            yield other

    def _parents(self, first: _Line) -> tuple[Numbers, Numbers]:
        one, two = self._reader.pick_parents(first)
        return self._valid(Numbers(*one), first), self._valid(Numbers(*two), first)

    def _children(self) -> Iterator[Numbers]:
        """Current children: on the first line, and after each marker 09; 59 announces history of a child.

        Without the right marker a block may be history, so it is not used.
        """
        announced = "09"
        for line in self._lines:
            cells = self._reader.pick_child(line)
            is_block = any((cells.a_number, cells.bsn, cells.birth_registration, cells.valid_from))
            is_expected = announced in ("09", "59")
            if is_block != is_expected and line is not self._lines[0]:
                self._note("child_marker_mismatch", line)
            if is_block and announced == "09":
                yield from self._child(cells, line)
            announced = cells.marker
        if announced:
            self._note("child_marker_mismatch", self._lines[-1])

    def _child(self, cells: _ChildCells, line: _Line) -> Iterator[Numbers]:
        if cells.birth_registration == "L":
            self._note("stillborn_dropped", line)
        elif cells.birth_registration:
            self._note("code_outside_domain", line)
        elif not cells.incorrect and (numbers := self._valid(Numbers(cells.a_number, cells.bsn), line)):
            yield numbers

    def _residences(self) -> Iterator[Residence]:
        """The blocks of category 08. A block has a date of validity; without one its cells are strays.

        When the first line holds no block there is no current one, and the count starts at 1.
        """
        seq = 0
        for line in self._lines:
            cells = self._reader.pick_residence(line)
            departure = self._reader.pick_group_13(line)
            if cells.valid_from:
                yield self._one_residence(line, seq, cells, departure)
                seq += 1
                continue
            if line is self._lines[0]:
                seq = 1
            if any(cells) or departure.is_filled:
                self._note("block_without_valid_from", line)

    def _one_residence(self, line: _Line, seq: int, cells: _ResidenceCells, departure: _Group13) -> Residence:
        valid_from = self._date(cells.valid_from, line)
        departure_date = self._date(departure.departure_date, line)
        inquiry = self._code(cells.inquiry, r"\d{6}", line)
        is_open = bool(inquiry) and not cells.inquiry_until
        return Residence(
            line=line.number,
            seq=seq,
            municipality_code=self._code(cells.municipality_code, r"\d{4}", line),
            address_function=self._code(cells.address_function, r"[WB]", line),
            address_number=self._address(cells.address_number, line),
            address_from=self._date(cells.address_from, line),
            departure_date=departure_date or (valid_from if departure.is_filled else ""),
            is_destination_unknown=departure.is_destination_unknown,
            declared_by=self._code(cells.declared_by, r"[A-Z.]", line),
            valid_from=valid_from,
            recorded_on=self._date(cells.recorded_on, line),
            is_under_inquiry="1" if is_open else "0",
            is_incorrect="1" if self._code(cells.incorrect, r"O", line) else "0",
            inquiry_from=self._date(cells.inquiry_from, line) if is_open else "",
        )

    def _valid(self, numbers: Numbers, line: _Line) -> Numbers:
        a_number, bsn = numbers
        if a_number and not is_a_number(a_number):
            self._note("a_number_malformed", line)
            a_number = ""
        if bsn and not is_bsn(bsn):
            self._note("bsn_malformed", line)
            bsn = ""
        return Numbers(a_number, bsn)

    def _date(self, text: str, line: _Line) -> str:
        """Eight digits pass on, impossible ones too: the delivery checks judge them. Else unknown."""
        if not text:
            return ""
        if not _EIGHT_DIGITS.fullmatch(text):
            self._note("date_malformed", line)
            return _UNKNOWN_DATE
        if not is_register_date(text):
            self._note("date_impossible", line)
        return text

    def _code(self, text: str, domain: str, line: _Line, *, counted: bool = True) -> str:
        """`text` when it lies in its domain. A shifted cell may hold a name, so all else goes no further."""
        if re.fullmatch(domain, text, re.ASCII):
            return text
        if text and counted:
            self._note("code_outside_domain", line)
        return ""

    def _address(self, text: str, line: _Line) -> str:
        if text == _UNKNOWN_ADDRESS:
            return ""
        if text and not is_address_object(text):
            self._note("address_number_malformed", line)
            return ""
        return text

    def _note(self, kind: str, line: _Line) -> None:
        self._findings.add(kind, self._file, line.number)


def _reduced(pick: Picker, line: _Line) -> _Group13:
    country, departure_date, *address_lines = pick(line.cells)
    has_address = any(address_lines)
    if not (country or departure_date or has_address):
        return _Group13(False, "", "")
    return _Group13(True, departure_date, "1" if country == _NO_COUNTRY and not has_address else "0")


def _check(header: Header) -> None:
    """Refuse a header whose columns cannot be told apart or that misses a needed element."""
    if _ELEMENT.fullmatch(header.columns[0]):
        raise DeliveryRefused(
            f"{header.file}, line 1: the first column must hold the id of the person's list, not an element."
        )
    last = len(header.columns) - 1
    if any(not name for position, name in enumerate(header.columns) if position not in (0, last)):
        raise DeliveryRefused(f"{header.file}, line 1: a column between the first and the last has no name.")
    header.refuse_duplicates("", _KNOWN_DUPLICATE)
    header.require(*(name for name in TAKEN_ELEMENTS if name not in _MAY_BE_ABSENT))


def _is_empty(cells: Cells) -> bool:
    return cells is not None and not any(cell.strip() for cell in cells)
