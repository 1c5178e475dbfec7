"""Reading the rows of one sheet of a workbook (XLSX), row by row and only the cells that are asked for.

A workbook is a zip of XML files. So its sizes are judged before anything is unpacked, and its XML is passed once within
bounds before openpyxl builds anything of it: openpyxl holds a row as a whole, and skips rows that stand out of order.
What it warns about is not shown: its warnings hold the value of the cell.
"""

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from openpyxl import load_workbook

from brp_signals.errors import DeliveryRefused, UsageProblem
from brp_signals.gateway.bounded_xml import BoundedXml
from brp_signals.gateway.cells import LARGEST_CELL, Cell, PickedCells
from brp_signals.gateway.text_files import Header

#: Bounds of the zip, in bytes and in parts. A list of 200 000 pupils with thirty columns is about 250 MB of XML;
#: XML of a spreadsheet shrinks to a tenth or a fiftieth, never to a five-hundredth. Parts beside the sheets are held
#: in memory.
_MOST_UNPACKED: Final = 1 << 29
_MOST_HELD: Final = 1 << 26
_MOST_PARTS: Final = 1000
_SMALL: Final = 1 << 20
_HIGHEST_RATIO: Final = 500
#: Bounds of a sheet (ECMA-376, Excel's own limits).
_MOST_ROWS: Final = 1_048_576
_MOST_COLUMNS: Final = 16_384
_LARGEST_ROW: Final = 1 << 22
#: So many cells are taken from openpyxl at a time: each time its warnings must be silenced anew.
_BATCH: Final = 20_000
_CHUNK: Final = 1 << 16

#: What openpyxl and zipfile raise about a workbook that is damaged, locked or no workbook.
_DAMAGE: Final = (
    *(ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, SyntaxError, EOFError),
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError),
)


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
            cells = tuple(_cell(row[position]) for position in positions)
            is_readable = not any(isinstance(cell, str) and len(cell) > LARGEST_CELL for cell in cells)
            yield number, cells if is_readable else None
        if number == self._header_row:
            raise DeliveryRefused(f"{self.file} holds a header but no row; export the file again.")

    def _read_header(self) -> Header:
        row = next(self._sheet.rows(self._header_row, _MOST_COLUMNS), ())
        columns = [str(_cell(cell)) for cell in row]
        while columns and not columns[-1]:
            columns.pop()
        if not columns:
            raise DeliveryRefused(
                f"{self.file}, line {self._header_row}: there is no header row; export the file again with it."
            )
        return Header(self.file, tuple(columns), self._header_row)


class _Sheet:
    """One sheet of a workbook whose sizes were judged."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name
        self._file = path.name
        self.n_others = 0
        self._check_zip()

    def rows(self, first: int, width: int) -> Iterator[tuple[Any, ...]]:
        """The rows from number `first` on, each with `width` cells."""
        with self._path.open("rb") as stream:
            with self._damage_told(), self._quietly():
                # By its content, not by its name: openpyxl refuses a path with another ending.
                workbook = load_workbook(stream, read_only=True, keep_links=False)
                rows = self._chosen(workbook).iter_rows(min_row=first, max_col=width)
            while True:
                with self._damage_told(), self._quietly():
                    batch = list(islice(rows, 1 + _BATCH // width))
                if not batch:
                    return
                yield from batch

    def _chosen(self, workbook: Any) -> Any:
        sheets = {sheet.title: sheet for sheet in workbook.worksheets}
        self.n_others = len(sheets) - 1
        name = self._name or next(iter(sheets), "")
        if name not in sheets:
            missing = f"no sheet with the name {self._name}" if self._name else "no sheet"
            raise DeliveryRefused(f"{self._file} holds {missing}; export the file again or mend the profile.")
        # What the sheet says about its own size may be wrong, and decides how many cells a row gets.
        sheets[name].reset_dimensions()
        return sheets[name]

    def _check_zip(self) -> None:
        with self._damage_told(), self._opened() as archive:
            parts = archive.infolist()
            self._check_sizes(parts)
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        _PartCheck(self._file).read(stream)

    def _check_sizes(self, parts: list[zipfile.ZipInfo]) -> None:
        unpacked = sum(part.file_size for part in parts)
        held = sum(part.file_size for part in parts if _is_held(part.filename.lower()))
        is_bomb = (
            len(parts) > _MOST_PARTS
            or unpacked > _MOST_UNPACKED
            or held > _MOST_HELD
            or any(p.file_size > _SMALL and p.file_size > _HIGHEST_RATIO * p.compress_size for p in parts)
        )
        if is_bomb:
            raise DeliveryRefused(
                f"{self._file} unpacks to far more than a list can hold and was not opened; export it again as CSV."
            )

    @contextmanager
    def _opened(self) -> Iterator[zipfile.ZipFile]:
        try:
            archive = zipfile.ZipFile(self._path)
        except FileNotFoundError:
            raise UsageProblem(f"The source file {self._path} does not exist; check the path.") from None
        except OSError as problem:
            raise UsageProblem(
                f"The source file {self._path} cannot be opened ({problem.strerror}); check path and rights."
            ) from None
        with archive:
            yield archive

    @contextmanager
    def _damage_told(self) -> Iterator[None]:
        try:
            yield
        except _DAMAGE:
            problem = "is no XLSX workbook, is damaged or has a password"
            if self._path.is_file() and self._path.stat().st_size == 0:
                problem = "is empty"
        except OSError as fault:
            if fault.errno is not None:
                raise
            problem = "is no XLSX workbook"
        else:
            return
        raise DeliveryRefused(f"{self._file} {problem}; export the file again as XLSX without a password.") from None

    @staticmethod
    @contextmanager
    def _quietly() -> Iterator[None]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield


def first_rows(path: Path, count: int) -> list[list[str]]:
    """The first rows of the first sheet as text."""
    return [[str(_cell(cell)) for cell in row] for row in islice(_Sheet(path, "").rows(1, _MOST_COLUMNS), count)]


class _PartCheck:
    """One part of a workbook: XML within bounds, and the rows of a sheet in their order and of bearable size."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._xml = BoundedXml(f"{file} (inside the workbook)", self._start, self._end)
        self._row_number = 0
        self._row_begins: int | None = None

    def read(self, stream: IO[bytes]) -> None:
        """Pass over the part. Raises DeliveryRefused when it is not what a workbook holds."""
        while chunk := stream.read(_CHUNK):
            self._xml.feed(chunk)
            if self._row_begins is not None and self._xml.position - self._row_begins > _LARGEST_ROW:
                raise DeliveryRefused(f"{self._file} holds a row of more than 4 MB; check what was exported.")
        self._xml.feed(b"")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name.rpartition(":")[2] == "row":
            self._row_begins = self._xml.position
            self._check_number(attributes.get("r", ""))

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] == "row":
            self._row_begins = None

    def _check_number(self, number: str) -> None:
        before = self._row_number
        self._row_number = int(number) if number.isascii() and number.isdigit() else before + 1
        if not before < self._row_number <= _MOST_ROWS:
            raise DeliveryRefused(
                f"{self._file} holds rows out of order or more than a sheet can have; export the file again."
            )


def _is_held(part: str) -> bool:
    return part.endswith((".xml", ".rels")) and "/worksheets/" not in part


def _cell(cell: Any) -> Cell:
    """The cell as text, whole number or date. A formula stays recognisable and nothing of it is kept."""
    value = cell.value
    if cell.data_type == "f":
        return "="
    if value is None:
        return ""
    if isinstance(value, bool):
        return "J" if value else "N"
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int | date):
        return value
    return str(value).strip()
