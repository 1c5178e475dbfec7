"""Read the rows of a workbook (XLSX) within bounds.

A workbook is a zip of XML files. So its sizes are judged before anything is unpacked, and its XML is read once within
bounds before openpyxl builds anything from it: openpyxl holds a row as a whole, and skips rows that are out of order.
The warnings of openpyxl are not shown, since they hold the value of the cell.
"""

import os
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import IO, Any, Final, NamedTuple

from brp_signals.base.bounded_xml import BoundedXml
from brp_signals.base.errors import DeliveryRefused, UsageProblem

#: Bounds of the zip, in bytes and in parts. A list of 200 000 pupils with thirty columns is about 250 MB of XML; XML of
#: a spreadsheet shrinks to a tenth or a fiftieth, never to a five-hundredth. All parts but the sheets are held in
#: memory.
_MOST_UNPACKED: Final = 1 << 29
_MOST_HELD: Final = 1 << 26
_MOST_PARTS: Final = 1000
_SMALL: Final = 1 << 20
_HIGHEST_RATIO: Final = 500
#: Bounds of a sheet (ECMA-376, Excel's own limits).
_MOST_ROWS: Final = 1_048_576
MOST_COLUMNS: Final = 16_384
_LARGEST_ROW: Final = 1 << 22
#: The number of cells taken from openpyxl at a time: each time its warnings must be silenced anew.
_BATCH: Final = 20_000
_CHUNK: Final = 1 << 16
_MOST_MERGED: Final = 100_000

#: What openpyxl and zipfile raise about a workbook that is damaged, locked or no workbook.
_DAMAGE: Final = (
    *(ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, SyntaxError, EOFError),
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError),
)


class Merged(NamedTuple):
    """Columns and rows of a range of merged cells, counted from 1, both ends included."""

    first_column: int
    first_row: int
    last_column: int
    last_row: int


class SheetLayout(NamedTuple):
    """What a person sees in a sheet that its cells do not say: merged cells, hidden rows and columns.

    Hidden rows and columns are given as ranges, counted from 1, both ends included, rows in their order.
    """

    merged: list[Merged]
    hidden_rows: list[tuple[int, int]]
    hidden_columns: list[tuple[int, int]]


class BoundedWorkbook:
    """A workbook whose sizes were judged; `file` is how messages name it, `opened` gives its bytes from the start.

    `most_unpacked` and `most_held` are bounds in bytes, of all parts and of those that are held in memory; `most_rows`
    is how many rows a sheet may have.
    Raises DeliveryRefused, here and while rows are read, for what is no workbook, damaged or too large.
    """

    def __init__(
        self,
        file: str,
        opened: Callable[[], IO[bytes]],
        most_unpacked: int = _MOST_UNPACKED,
        most_held: int = _MOST_HELD,
        most_rows: int = _MOST_ROWS,
    ) -> None:
        self.file, self._opened = file, opened
        self._most_unpacked, self._most_held, self._most_rows = most_unpacked, most_held, most_rows
        self._check_zip()

    def sheets(self) -> list[str]:
        """The names of the sheets that hold cells, in their order."""
        with self._stream() as stream, self._damage_refused(), self._quietly():
            return [sheet.title for sheet in _loaded(stream).worksheets]

    def visible_sheets(self) -> list[str]:
        """The names of the sheets that hold cells and that a person sees, in their order."""
        with self._stream() as stream, self._damage_refused(), self._quietly():
            return [sheet.title for sheet in _loaded(stream).worksheets if sheet.sheet_state == "visible"]

    def layout(self, name: str) -> SheetLayout:
        """Which cells of one sheet were merged into one, and what is hidden, by a filter or by hand."""
        with self._stream() as stream, self._damage_refused(), self._quietly(), zipfile.ZipFile(stream) as archive:
            path = _loaded(stream)[name]._worksheet_path
            with archive.open(path) as content:
                return _PartCheck(self.file, self._most_rows).read(content)

    def counts_from_1904(self) -> bool:
        """Whether its dates are days since 1904, as old versions for the Mac wrote them."""
        with self._stream() as stream, self._damage_refused(), self._quietly():
            return bool(_loaded(stream).epoch.year == 1904)

    def rows(self, name: str, first: int, width: int) -> Iterator[tuple[Any, ...]]:
        """The rows of one sheet from number `first` on, each with `width` cells."""
        with self._stream() as stream:
            with self._damage_refused(), self._quietly():
                sheet = _loaded(stream)[name]
                # What the sheet says about its own size may be wrong, and decides how many cells a row gets.
                sheet.reset_dimensions()
                rows = sheet.iter_rows(min_row=first, max_col=width)
            while True:
                with self._damage_refused(), self._quietly():
                    batch = list(islice(rows, 1 + _BATCH // width))
                if not batch:
                    return
                yield from batch

    def _check_zip(self) -> None:
        with self._stream() as stream, self._damage_refused(), zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            self._check_sizes(parts)
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(part) as content:
                        _PartCheck(self.file, self._most_rows).read(content)

    def _check_sizes(self, parts: list[zipfile.ZipInfo]) -> None:
        unpacked = sum(part.file_size for part in parts)
        held = sum(part.file_size for part in parts if _is_held(part.filename.lower()))
        is_bomb = (
            len(parts) > _MOST_PARTS
            or unpacked > self._most_unpacked
            or held > self._most_held
            or any(p.file_size > _SMALL and p.file_size > _HIGHEST_RATIO * p.compress_size for p in parts)
        )
        if is_bomb:
            raise DeliveryRefused(
                f"{self.file} unpacks to far more than a list can hold and was not opened; save or export it again."
            )

    @contextmanager
    def _stream(self) -> Iterator[IO[bytes]]:
        try:
            stream = self._opened()
        except FileNotFoundError:
            raise UsageProblem(f"The file {self.file} does not exist; check the path.") from None
        except OSError as problem:
            raise UsageProblem(
                f"The file {self.file} cannot be opened ({problem.strerror}); check path and rights."
            ) from None
        with stream:
            yield stream

    @contextmanager
    def _damage_refused(self) -> Iterator[None]:
        try:
            yield
        except _DAMAGE:
            problem = "is no XLSX workbook, is damaged or has a password"
            with self._stream() as stream:
                if stream.seek(0, os.SEEK_END) == 0:
                    problem = "is empty"
        except OSError as fault:
            if fault.errno is not None:
                raise
            problem = "is no XLSX workbook"
        else:
            return
        raise DeliveryRefused(f"{self.file} {problem}; export the file again as XLSX without a password.") from None

    @staticmethod
    @contextmanager
    def _quietly() -> Iterator[None]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield


def _has_rows(kind_of_sheet: str) -> bool:
    return kind_of_sheet.endswith("/worksheet")


def _loaded(stream: IO[bytes]) -> Any:
    from openpyxl.reader.excel import ExcelReader

    class RowsReader(ExcelReader):  # type: ignore[misc]  # openpyxl has no types
        """A reader for sheets that hold rows: chart and dialog sheets hold none, and openpyxl fails on some of them."""

        def read_worksheets(self) -> None:
            parser = self.parser
            parser.sheets = [sheet for sheet in parser.sheets if sheet.id and _has_rows(parser.rels[sheet.id].Type)]
            super().read_worksheets()

    # By its content, not by its name: openpyxl refuses a path with another ending.
    reader = RowsReader(stream, read_only=True, keep_links=False)
    reader.read()
    return reader.wb


def cell_value(cell: Any) -> str | int | date:
    """Return the cell as text, whole number or date. A formula stays recognisable, and its content is not kept."""
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


class _PartCheck:
    """One part of a workbook: XML within bounds, and the rows of a sheet in their order and of bearable size."""

    def __init__(self, file: str, most_rows: int) -> None:
        self._file, self._most_rows = file, most_rows
        self._xml = BoundedXml(f"{file} (inside the workbook)", self._start, self._end)
        self._layout = SheetLayout([], [], [])
        self._row_number = 0
        self._row_begins: int | None = None

    def read(self, stream: IO[bytes]) -> SheetLayout:
        """Pass over the part and return its layout, as far as it is a sheet.

        Raises DeliveryRefused when it is not what a workbook holds.
        """
        while chunk := stream.read(_CHUNK):
            self._xml.feed(chunk)
            if self._row_begins is not None and self._xml.position - self._row_begins > _LARGEST_ROW:
                raise DeliveryRefused(f"{self._file} holds a row of more than 4 MB; check what was exported.")
        self._xml.feed(b"")
        return self._layout

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "row":
            self._row_begins = self._xml.position
            self._check_number(attributes.get("r", ""))
            if _is_hidden(attributes):
                self._hide_row()
        elif local == "col" and _is_hidden(attributes):
            self._layout.hidden_columns.append((int(attributes.get("min", "0")), int(attributes.get("max", "0"))))
        elif local == "mergeCell" and len(self._layout.merged) < _MOST_MERGED:
            self._layout.merged.append(_merged(attributes.get("ref", "")))

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] == "row":
            self._row_begins = None

    def _hide_row(self) -> None:
        number, rows = self._row_number, self._layout.hidden_rows
        if rows and rows[-1][1] == number - 1:
            rows[-1] = (rows[-1][0], number)
        else:
            rows.append((number, number))

    def _check_number(self, number: str) -> None:
        before = self._row_number
        self._row_number = int(number) if number.isascii() and number.isdigit() else before + 1
        if not before < self._row_number <= self._most_rows:
            raise DeliveryRefused(
                f"{self._file} holds rows out of order or more than a sheet can have; export the file again."
            )


def _merged(range_text: str) -> Merged:
    from openpyxl.utils import range_boundaries

    return Merged(*range_boundaries(range_text))


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    """Whether a row or column is hidden; spreadsheets also hide one by giving it no height or width."""
    return attributes.get("hidden") in ("1", "true")


def _is_held(part: str) -> bool:
    return part.endswith((".xml", ".rels")) and "/worksheets/" not in part
