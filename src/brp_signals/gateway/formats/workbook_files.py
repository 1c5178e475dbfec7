"""Read the rows of one sheet of a workbook (XLSX), row by row and only the requested cells."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from brp_signals.base.bounded_workbook import MOST_COLUMNS, BoundedWorkbook, Merged, SheetLayout, cell_value
from brp_signals.base.errors import DeliveryRefused
from brp_signals.base.private_files import open_ordinary
from brp_signals.gateway.formats.cells import LARGEST_CELL, Cell, PickedCells, plain
from brp_signals.gateway.formats.day_notations import SERIAL_DAY_0, SERIAL_DAY_0_OF_1904
from brp_signals.gateway.formats.text_files import Header, visible


class WorkbookRows:
    """The rows of one sheet after its header, as (row number, cells)."""

    def __init__(self, path: Path, sheet: str, header_row: int) -> None:
        self._sheet, self._header_row = _Sheet(path, sheet), header_row
        self.file = path.name
        self.day_0 = self._sheet.day_0
        self._layout = self._sheet.layout()
        self.header = self._read_header()

    @property
    def other_sheets(self) -> int:
        """How many other sheets the workbook holds."""
        return self._sheet.n_others

    def is_hidden(self, row: int) -> bool:
        """Whether this row is hidden, by a filter or by a person."""
        rows = self._layout.hidden_rows
        place = bisect_left(rows, row, key=itemgetter(1))
        return place < len(rows) and rows[place][0] <= row

    def hidden_columns(self, names: tuple[str, ...]) -> int:
        """How many of these columns are hidden."""
        places = [self.header.columns.index(name) + 1 for name in names]
        return sum(any(first <= place <= last for first, last in self._layout.hidden_columns) for place in places)

    def picked(self, names: tuple[str, ...]) -> Iterator[tuple[int, PickedCells]]:
        """Every row with the cells of these columns and no other."""
        positions = [self.header.columns.index(name) for name in names]
        spread = _Spread(self._layout.merged, positions)
        number = self._header_row
        for row in self._sheet.rows(number + 1, len(self.header.columns)):
            number += 1
            is_blank = all(cell.value is None or cell.value == "" for cell in row)
            cells = spread.cells(number, [_list_cell(row[position]) for position in positions])
            if is_blank and not any(cells):
                yield number, ()
                continue
            is_readable = not any(isinstance(cell, str) and len(cell) > LARGEST_CELL for cell in cells)
            yield number, cells if is_readable else None
        if number == self._header_row:
            raise DeliveryRefused(f"{self.file} holds a header but no row; export the file again.")

    @staticmethod
    def bare(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        """Return picked cells as they are: a workbook says of each what it holds."""
        return cells

    def _read_header(self) -> Header:
        row = next(self._sheet.rows(self._header_row, MOST_COLUMNS), ())
        columns = [visible(str(cell_value(cell))) for cell in row]
        while columns and not columns[-1]:
            columns.pop()
        if not columns:
            raise DeliveryRefused(
                f"{self.file}, line {self._header_row}: there is no header row; export the file again with it."
            )
        return Header(self.file, tuple(columns), self._header_row)


class _Sheet:
    """The sheet with this name, or the first one."""

    def __init__(self, path: Path, name: str) -> None:
        self._workbook = BoundedWorkbook(path.name, lambda: open_ordinary(path))
        sheets = self._workbook.sheets()
        self.n_others = len(sheets) - 1
        # A hidden sheet was not handed in on purpose, so it is read only when the profile names it.
        self._name = name or next(iter(self._workbook.visible_sheets()), "")
        if self._name not in sheets:
            missing = f"no sheet with the name {name}" if name else "no sheet that can be seen"
            raise DeliveryRefused(
                f"{path.name} holds {missing}; export the file again or name the sheet in the profile ([file] sheet)."
            )
        is_of_1904 = self._workbook.counts_from_1904()
        self.day_0: date = SERIAL_DAY_0_OF_1904 if is_of_1904 else SERIAL_DAY_0

    def layout(self) -> SheetLayout:
        """Its merged cells, and what of it is hidden."""
        return self._workbook.layout(self._name)

    def rows(self, first: int, width: int) -> Iterator[tuple[Any, ...]]:
        """The rows from number `first` on, each with `width` cells."""
        return self._workbook.rows(self._name, first, width)


class _Spread:
    """Merged cells as a person sees them: the cell of the first row holds for every row of the range."""

    def __init__(self, merged: list[Merged], positions: list[int]) -> None:
        self._ranges = sorted(
            (each for each in merged if each.last_row > each.first_row), key=lambda each: each.first_row
        )
        self._place = {position + 1: place for place, position in enumerate(positions)}
        self._open: list[tuple[int, int, Cell]] = []
        """Last row, place among the cells, and the cell that is shown."""

    def cells(self, row: int, cells: list[Cell]) -> tuple[Cell, ...]:
        """The cells of a row; rows come in their order."""
        self._open = [each for each in self._open if each[0] >= row]
        for _, place, cell in self._open:
            cells[place] = cell
        while self._ranges and self._ranges[0].first_row <= row:
            each = self._ranges.pop(0)
            if each.first_row == row and each.first_column in self._place:
                place = self._place[each.first_column]
                self._open.append((each.last_row, place, cells[place]))
        return tuple(cells)


def _list_cell(cell: Any) -> Cell:
    """The value of a cell; a moment keeps its time, and a text that was written as a formula is its text."""
    if isinstance(cell.value, datetime):
        return cell.value
    if cell.data_type == "f" and isinstance(cell.value, str) and (text := plain(cell.value)) != cell.value.strip():
        return text
    value = cell_value(cell)
    return plain(value) if isinstance(value, str) else value


def first_rows(path: Path, count: int) -> list[list[str]]:
    """The first rows of the first sheet as text."""
    return [[str(cell_value(cell)) for cell in row] for row in islice(_Sheet(path, "").rows(1, MOST_COLUMNS), count)]
