"""Reads the rubric CSV of the register (columns `CC.GG.EE`: category, group, element).

A line is no record: each category is a stack of blocks of its own, the current one on the first line of the person and
history below it, newest first. The position of a block decides, since markers and dates are wrong here and there. Only
the elements named in `person_lists` are ever taken out of a line, and the marker of category 09. The country of
departure (08.13.10) and the foreign address lines leave this module as a yes or no.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from brp_signals.base.errors import DeliveryRefused
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.formats import register_person
from brp_signals.gateway.formats.cells import plain
from brp_signals.gateway.formats.records import Person
from brp_signals.gateway.formats.register_person import (
    ChildCells,
    Group13,
    NumberCells,
    ParentCells,
    PersonCells,
    ResidenceCells,
    Stacks,
    group_13,
    person_of,
)
from brp_signals.gateway.formats.text_files import Cells, Header, SourceLines

#: RvIG's export names 06.88.20 "06.88.10" too; neither is read.
_KNOWN_DUPLICATE: Final = "06.88.10"
#: The first characters of a cell to which a spreadsheet added something.
_WRAPPED: Final = ("'", "=")
_ELEMENT = re.compile(r"\d{2}\.\d{2}\.\d{2}", re.ASCII)
#: Announces what the next line holds in category 09: another child, or history of this one.
_CHILD_MARKER: Final = "09.H"
_ANOTHER_CHILD: Final = "09"
_HISTORY_OF_CHILD: Final = "59"
#: Elements that a selection may leave out: they add precision, and nothing goes wrong without them. Persons are known
#: by BSN.
_MAY_BE_ABSENT: Final = frozenset(
    (
        *("01.01.10", "02.01.10", "03.01.10", "01.20.10", "01.84.10", "08.11.80", "08.83.20"),
        *(*register_person.ADDRESS_LINES, *register_person.CHILD, _CHILD_MARKER),
    )
)
#: All elements that are ever taken out of a line.
TAKEN_ELEMENTS: Final = (*register_person.TAKEN, _CHILD_MARKER)


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
        self._person = header.picker(register_person.PERSON)
        self._numbers = header.picker(register_person.NUMBERS)
        self._parents = (header.picker(register_person.PARENT1), header.picker(register_person.PARENT2))
        self._child = header.picker((_CHILD_MARKER, *register_person.CHILD))
        self._residence = header.picker(register_person.RESIDENCE)
        self._group_13 = header.picker(register_person.GROUP_13)
        self.lines_read = 0
        self.empty_lines = 0

    def persons(self, findings: Findings) -> Iterator[Person]:
        """Yield every person of the file in its order; what is odd about them goes into `findings`."""
        for group in self._groups(findings):
            if any(line.cells == [] for line in group):
                findings.broken("person_with_broken_line", self.file, group[0].number)
            else:
                yield person_of(self._stacks(group, findings), findings)

    def _groups(self, findings: Findings) -> Iterator[list[_Line]]:
        """Yield the lines of each person: the id of the person's list is in column 1, on its first line or on all of
        them.

        A line that cannot be read belongs to the person before it and is kept without cells. An empty line is
        counted and stays a line of its person, so that no refused cell can decide what follows it.
        """
        self.lines_read = self.empty_lines = 0
        width = len(self.header.columns)
        group: list[_Line] = []
        current_id = ""
        for number, cells in self._lines:
            self.lines_read += 1
            cells = cells and _unwrapped(cells)
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
                findings.add("line_without_person", self.file, number)
                continue
            group.append(_Line(number, cells or []))
        if group:
            yield group

    def _stacks(self, lines: list[_Line], findings: Findings) -> Stacks:
        """The stacks of one person: every line holds one block, perhaps empty, of every category."""
        first = lines[0]
        one, two = self._parents
        return Stacks(
            file=self.file,
            line=first.number,
            person=PersonCells(*self._person(first.cells)),
            numbers=[(line.number, NumberCells(*self._numbers(line.cells))) for line in lines],
            parents=(ParentCells(*one(first.cells)), ParentCells(*two(first.cells))),
            children=list(self._children(lines, findings)),
            residences=[
                (line.number, ResidenceCells(*self._residence(line.cells)), self._departure(line)) for line in lines
            ],
        )

    def _departure(self, line: _Line) -> Group13:
        """Group 13 of a line; the country and the foreign address end here."""
        country, departure_date, *address_lines = self._group_13(line.cells)
        return group_13(country, departure_date, any(address_lines))

    def _children(self, lines: list[_Line], findings: Findings) -> Iterator[tuple[int, ChildCells]]:
        """Return current children: on the first line, and after each marker 09; marker 59 announces history of a child.

        A block without the right marker may be history, so it is not used.
        """
        announced = _ANOTHER_CHILD
        for line in lines:
            marker, *picked = self._child(line.cells)
            cells = ChildCells(*picked)
            is_block = any((cells.a_number, cells.bsn, cells.birth_registration, cells.valid_from))
            is_expected = announced in (_ANOTHER_CHILD, _HISTORY_OF_CHILD)
            if is_block != is_expected and line is not lines[0]:
                findings.add("child_marker_mismatch", self.file, line.number)
            if is_block and announced == _ANOTHER_CHILD:
                yield line.number, cells
            announced = marker
        if announced:
            findings.add("child_marker_mismatch", self.file, lines[-1].number)


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


def _unwrapped(cells: list[str]) -> list[str]:
    """Return the cells without what a spreadsheet added: ="…" or an apostrophe in front."""
    return [plain(cell) if cell[:1] in _WRAPPED else cell for cell in cells]


def _is_empty(cells: Cells) -> bool:
    return cells is not None and not any(cell.strip() for cell in cells)
