"""Reading a workbook that staff worked in: sheets renamed, rows sorted, columns moved or added, saved by any program.

Sheets and columns are found by their headers. Of a row six cells are read: number, decision, reason, day, the earlier
decision and who decided; and two to see whether the row is still whole: the pseudonym and the day of the case. Notes,
A-numbers and columns of the municipality's own are never touched.
"""

import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final

from brp_signals.base.bounded_workbook import BoundedWorkbook, cell_value
from brp_signals.base.errors import DeliveryRefused, UsageProblem
from brp_signals.base.private_files import open_ordinary
from brp_signals.base.sealing import is_encrypted
from brp_signals.publish import wording
from brp_signals.publish.commit import SEALED
from brp_signals.publish.kinds import Kind, kind_of_texts
from brp_signals.publish.sheet_columns import (
    BACK_HEADER,
    BY_HEADER,
    CASE_HEADER,
    DAY_HEADER,
    DECISION_HEADER,
    DEPARTURE_HEADER,
    DRAWN_HEADER,
    EARLIER_HEADER,
    PERSON_HEADER,
    REASON_HEADER,
    WITHDRAWN_HEADER,
)

Cell = str | int | date

#: A workbook of a whole municipality is a few MB.
_LARGEST: Final = 64 * 1024 * 1024
#: So far down and to the right a header is looked for: people put lines above it and columns before it.
_TOP_ROWS: Final = 20
_TOP_COLUMNS: Final = 256
_NEEDED: Final = (CASE_HEADER, DECISION_HEADER, REASON_HEADER, DAY_HEADER)
_OPTIONAL: Final = (EARLIER_HEADER, BY_HEADER)
#: The day of a departure, or of an absence on its own list or in the workbook with rows that came back.
ABSENCE_DAY_HEADER: Final = "Uitgeschreven of plicht sinds"
#: Facts that must belong to the case of the row; a column that is not there, or twice, is not held against it.
_PERSONS: Final = (PERSON_HEADER,)
#: By these headers a sheet is known that stands beside the list: the control sample, and children who came back.
_FURTHER: Final = (DRAWN_HEADER, BACK_HEADER)
_DAYS: Final = (DEPARTURE_HEADER, WITHDRAWN_HEADER, ABSENCE_DAY_HEADER)
_TITLE: Final = re.compile(r"Signalen gemeente ([0-9]{4})\b", re.ASCII)


@dataclass(frozen=True)
class Row:
    """One row of the list: where it stands (sheet and row as counted from 1) and the cells that matter."""

    sheet: int
    row: int
    case: Cell
    decision: Cell
    reason: Cell
    day: Cell
    earlier: Cell
    by: Cell | None
    """Who decided; None when the list has no such column, as those of before it was asked."""
    sheet_name: str = ""
    person: Cell = ""
    case_day: Cell = ""

    @property
    def is_answered(self) -> bool:
        """Whether somebody filled in a decision or part of one."""
        return any(cell != "" for cell in (self.decision, self.reason, self.day))


@dataclass(frozen=True)
class ReviewedWorkbook:
    """A workbook as it was handed in. `municipalities` are those that it names; none when that sheet is gone.

    `kind` is that of the list, as it says itself.
    """

    path: Path
    sha256: str
    is_sealed: bool
    kind: Kind
    municipalities: frozenset[str]
    counts_from_1904: bool
    rows: tuple[Row, ...]


def read_reviewed(path: Path) -> ReviewedWorkbook:
    """The rows of every sheet that has the columns of a list.

    Raises UsageProblem for a file that is missing or encrypted, DeliveryRefused for one that is no such workbook.
    """
    content = _content(path)
    book = BoundedWorkbook(path.name, lambda: io.BytesIO(content))
    rows: list[Row] = []
    texts: list[str] = []
    has_list = False
    for number, name in enumerate(book.sheets(), start=1):
        top = [[cell_value(cell) for cell in row] for row in islice(book.rows(name, 1, _TOP_COLUMNS), _TOP_ROWS)]
        texts += [cell for row in top for cell in row if isinstance(cell, str)]
        header = next((at for at, row in enumerate(top, start=1) if _is_header(row)), None)
        if header is not None:
            columns = _columns(path.name, number, header, top[header - 1])
            found = list(_rows(book, name, number, header, columns))
            # A further sheet that nobody filled in must not make up for a list that lost its header.
            is_further = not {normal(name) for name in _FURTHER}.isdisjoint(map(normal, top[header - 1]))
            has_list |= not is_further or any(row.is_answered for row in found)
            rows += found
    if not has_list:
        raise DeliveryRefused(
            f"{path.name} has no sheet with the columns {CASE_HEADER} and {DECISION_HEADER}; hand in the workbook of a "
            "municipality, with its header row."
        )
    return ReviewedWorkbook(
        path=path,
        sha256=hashlib.sha256(content).hexdigest(),
        is_sealed=SEALED in path.resolve().parts or any(wording.SEALED in text for text in texts),
        kind=kind_of_texts(texts),
        municipalities=frozenset(code for text in texts for code in _TITLE.findall(text)),
        counts_from_1904=book.counts_from_1904(),
        rows=tuple(rows),
    )


def _content(path: Path) -> bytes:
    try:
        with open_ordinary(path) as stream:
            content = stream.read(_LARGEST + 1)
    except FileNotFoundError:
        raise UsageProblem(f"The file {path} does not exist; check the path.") from None
    except OSError as problem:
        raise UsageProblem(f"The file {path} cannot be read ({problem.strerror}); check path and rights.") from None
    if is_encrypted(content):
        raise UsageProblem(
            f"{path.name} is encrypted; reviewed workbooks are read plain: open it with the identity that it was "
            "encrypted for, and hand in that copy."
        )
    if len(content) > _LARGEST:
        raise DeliveryRefused(f"{path.name} is larger than 64 MB, which no list is; hand in the workbook alone.")
    return content


def _is_header(row: Sequence[Cell]) -> bool:
    return {normal(CASE_HEADER), normal(DECISION_HEADER)} <= {normal(cell) for cell in row}


def _columns(file: str, sheet: int, row: int, header: Sequence[Cell]) -> dict[str, int]:
    """Where each column stands, from 0. Raises DeliveryRefused when one is missing or stands twice."""
    place = f"{file}, sheet {sheet}, row {row}"
    names = [normal(cell) for cell in header]
    for name in (*_NEEDED, *_OPTIONAL):
        if names.count(normal(name)) > 1:
            raise DeliveryRefused(f"{place}: column {name} stands twice; give the other one another name.")
    missing = [name for name in _NEEDED if normal(name) not in names]
    if missing:
        raise DeliveryRefused(f"{place}: column {', '.join(missing)} is missing; put it back, with its header.")
    told_once = [name for name in (*_PERSONS, *_DAYS) if names.count(normal(name)) == 1]
    return {name: names.index(normal(name)) for name in (*_NEEDED, *_OPTIONAL, *told_once) if normal(name) in names}


def _rows(book: BoundedWorkbook, name: str, sheet: int, header: int, columns: dict[str, int]) -> Iterator[Row]:
    wanted = [columns.get(column) for column in (*_NEEDED, *_OPTIONAL)]
    facts = [next((columns[name] for name in names if name in columns), None) for names in (_PERSONS, _DAYS)]
    for number, row in enumerate(book.rows(name, header + 1, 1 + max(columns.values())), start=header + 1):
        cells = [cell_value(row[at]) if at is not None else "" for at in wanted]
        # A header once more: somebody put two lists under each other.
        if any(cell != "" for cell in cells) and normal(cells[0]) != normal(CASE_HEADER):
            person, case_day = (cell_value(row[at]) if at is not None else "" for at in facts)
            case, decision, reason, day, earlier, named = cells
            by = named if BY_HEADER in columns else None
            yield Row(sheet, number, case, decision, reason, day, earlier, by, name, person, case_day)


def normal(cell: Cell) -> str:
    """A cell to compare by: small letters, single spaces."""
    return " ".join(str(cell).split()).casefold()
