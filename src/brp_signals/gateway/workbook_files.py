"""Reading the rows of one sheet of a workbook (XLSX), row by row and only the cells that are asked for."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from brp_signals.bounded_workbook import MOST_COLUMNS, BoundedWorkbook, cell_value
from brp_signals.errors import DeliveryRefused
from brp_signals.gateway.cells import LARGEST_CELL, PickedCells
from brp_signals.gateway.text_files import Header


class WorkbookRows:
    """The rows of one sheet after its header, as (row number, cells)."""

    def __init__(self, path: Path, sheet: str, header_row: int) -> None:
        self._sheet, self._header_row = _Sheet(path, sheet), header_row
        self.file = path.name
        self.header = self._read_header()

    @property
    def other_sheets(self) -> int:
        """How many sheets the workbook holds beside the one that is read."""
        return self._sheet.n_others

    def picked(self, names: tuple[str, ...]) -> Iterator[tuple[int, PickedCells]]:
        """Every row with the cells of these columns and no other."""
        positions = [self.header.columns.index(name) for name in names]
        number = self._header_row
        for row in self._sheet.rows(number + 1, len(self.header.columns)):
            number += 1
            if all(cell.value is None or cell.value == "" for cell in row):
                yield number, ()
                continue
            cells = tuple(cell_value(row[position]) for position in positions)
            is_readable = not any(isinstance(cell, str) and len(cell) > LARGEST_CELL for cell in cells)
            yield number, cells if is_readable else None
        if number == self._header_row:
            raise DeliveryRefused(f"{self.file} holds a header but no row; export the file again.")

    def _read_header(self) -> Header:
        row = next(self._sheet.rows(self._header_row, MOST_COLUMNS), ())
        columns = [str(cell_value(cell)) for cell in row]
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
        self._workbook = BoundedWorkbook(path.name, lambda: path.open("rb"))
        sheets = self._workbook.sheets()
        self.n_others = len(sheets) - 1
        self._name = name or next(iter(sheets), "")
        if self._name not in sheets:
            missing = f"no sheet with the name {name}" if name else "no sheet"
            raise DeliveryRefused(f"{path.name} holds {missing}; export the file again or mend the profile.")

    def rows(self, first: int, width: int) -> Iterator[tuple[Any, ...]]:
        """The rows from number `first` on, each with `width` cells."""
        return self._workbook.rows(self._name, first, width)


def first_rows(path: Path, count: int) -> list[list[str]]:
    """The first rows of the first sheet as text."""
    return [[str(cell_value(cell)) for cell in row] for row in islice(_Sheet(path, "").rows(1, MOST_COLUMNS), count)]
