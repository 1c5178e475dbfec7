"""Reads the rubric CSV of the register (columns `CC.GG.EE`: category, group, element).

A line is no record: each category is a stack of blocks of its own, the current one on the first line of the person and
history below it, newest first. The position of a block decides, since markers and dates are wrong here and there. Only
the elements named in `person_lists` are ever taken out of a line, and the marker of category 09. The country of
departure (08.13.10) and the foreign address lines leave this module as a yes or no.
"""

import re
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

from brp_signals.base.errors import DeliveryRefused
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.formats import register_person
from brp_signals.gateway.formats.cells import EMPTY_WORDS, plain
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
_GROUPS: Final = (
    *(register_person.PERSON, register_person.NUMBERS, register_person.PARENT1, register_person.PARENT2),
    *(register_person.CHILD, register_person.RESIDENCE, register_person.GROUP_13, (_CHILD_MARKER,)),
)
#: All elements that are ever taken out of a line, and the place of each group among them.
TAKEN_ELEMENTS: Final = tuple(name for group in _GROUPS for name in group)
_PERSON, _NUMBERS, _PARENT1, _PARENT2, _CHILD, _RESIDENCE, _GROUP_13, _MARKER = (
    slice(end - len(group), end) for group, end in zip(_GROUPS, accumulate(map(len, _GROUPS)), strict=True)
)
_BLANK: Final = [""] * len(TAKEN_ELEMENTS)


class _Line(NamedTuple):
    """One line of a person: its elements in the order of `TAKEN_ELEMENTS`, none of a line that cannot be read."""

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
        self._pick = header.picker(TAKEN_ELEMENTS)
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
        group: list[_Line] = []
        current_id = ""
        for number, cells in self._lines:
            self.lines_read += 1
            list_id = _bare(cells[0]) if cells and cells[0] else ""
            if not list_id and _is_empty(cells):
                self.empty_lines += 1
                if group:
                    group.append(_Line(number, _BLANK))
                continue
            if list_id and list_id != current_id:
                if group:
                    yield group
                group, current_id = [], list_id
            if not current_id:
                findings.add("line_without_person", self.file, number)
                continue
            group.append(_Line(number, self._taken(cells) if cells else []))
        if group:
            yield group

    def _stacks(self, lines: list[_Line], findings: Findings) -> Stacks:
        """The stacks of one person: every line holds one block, perhaps empty, of every category."""
        first = lines[0].cells
        return Stacks(
            file=self.file,
            line=lines[0].number,
            person=PersonCells._make(first[_PERSON]),
            numbers=[(number, NumberCells._make(cells[_NUMBERS])) for number, cells in lines],
            parents=(ParentCells._make(first[_PARENT1]), ParentCells._make(first[_PARENT2])),
            children=list(self._children(lines, findings)),
            residences=[
                (number, ResidenceCells._make(cells[_RESIDENCE]), _departure(cells[_GROUP_13]))
                for number, cells in lines
            ],
        )

    def _taken(self, cells: list[str]) -> list[str]:
        """The elements of a line that are read, and no other."""
        return [cell and _cleaned(cell) for cell in self._pick(cells)]

    def _children(self, lines: list[_Line], findings: Findings) -> Iterator[tuple[int, ChildCells]]:
        """Return current children: on the first line, and after each marker 09; marker 59 announces history of a child.

        A block without the right marker may be history, so it is not used.
        """
        announced = _ANOTHER_CHILD
        for line in lines:
            cells = ChildCells._make(line.cells[_CHILD])
            is_block = any((cells.a_number, cells.bsn, cells.birth_registration, cells.valid_from))
            is_expected = announced in (_ANOTHER_CHILD, _HISTORY_OF_CHILD)
            if is_block != is_expected and line is not lines[0]:
                findings.add("child_marker_mismatch", self.file, line.number)
            if is_block and announced == _ANOTHER_CHILD:
                yield line.number, cells
            (announced,) = line.cells[_MARKER]
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


def _departure(cells: list[str]) -> Group13:
    """Group 13 of a line; the country and the foreign address end here."""
    country, departure_date, *address_lines = cells
    return group_13(country, departure_date, any(address_lines))


def _cleaned(cell: str) -> str:
    """Return the bare text of a filled cell; empty for a word that means nothing."""
    text = _bare(cell)
    return EMPTY_WORDS.get(text, text)


def _bare(cell: str) -> str:
    """Return the text of a filled cell without what a spreadsheet added (="…" or an apostrophe in front), trimmed."""
    return plain(cell) if cell[0] in _WRAPPED else cell.strip()


def _is_empty(cells: Cells) -> bool:
    return cells is not None and not any(map(_bare, filter(None, cells)))
