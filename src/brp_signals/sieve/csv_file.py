"""A plain CSV file for the sieve: its rows in blocks of whole lines, and some of its rows written out again.

A plain file is UTF-8 with LF line ends, no quotes, no blank lines and no line of 64 kB or more (byte_pass), so a
comma always ends a cell and a line feed a row.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from brp_signals.sieve.cells import MARGIN, Cells, Flags, Form, Places, Text, Told

_SIZE: Final = 1 << 20
_LONGEST_LINE: Final = 1 << 16
#: So many starts of rows are looked at together.
_STARTS: Final = 1 << 19
_COMMA, _LINE_FEED = ord(","), ord("\n")


class CsvBlock:
    """Some whole lines. `offset` is the block's place in the file; `row_starts` and `row_ends` are places in it."""

    def __init__(self, buffer: bytearray, size: int, offset: int, columns: Sequence[str]) -> None:
        self.offset = offset
        self._columns = columns
        self._buffer = buffer
        self._text = Text(buffer, size)
        self._cells: dict[str, Cells] = {}
        separators, is_end = _separators(self._text.bytes)
        self.size = int(separators[-1]) + 1
        self.is_regular, self._cell_ends = _cell_ends(separators, is_end, len(columns))
        self.n_rows = len(self.is_regular)
        self.row_ends = separators[is_end]
        self.row_starts = np.concatenate(([0], self.row_ends[:-1] + 1)).astype(np.int64)

    def has(self, column: str) -> bool:
        """Whether the file has this column."""
        return column in self._columns

    def tell(self, column: str, form: Form[Told]) -> Told:
        """What `form` says of every cell of a column."""
        return form(self.cells(column))

    def cells(self, column: str) -> Cells:
        """The cells of a column."""
        if column not in self._cells:
            number = self._columns.index(column)
            starts = self._cell_ends[:, number - 1] + 1 if number else self.row_starts
            self._cells[column] = Cells(self._text, starts, self._cell_ends[:, number] - starts)
        return self._cells[column]

    def irregular(self) -> Iterator[tuple[int, Sequence[bytes] | None]]:
        """The rows with another number of cells than the header: their cells when all surplus ones are empty."""
        for row in np.flatnonzero(~self.is_regular).tolist():
            cells = self.line(row).split(b",")
            while len(cells) > len(self._columns) and not cells[-1]:
                cells.pop()
            yield row, cells if len(cells) == len(self._columns) else None

    def line(self, row: int) -> bytes:
        """The bytes of one row, without its line feed."""
        return bytes(self._buffer[self.row_starts[row] : self.row_ends[row]])


def _separators(content: NDArray[np.uint8]) -> tuple[Places, Flags]:
    """Places of all commas and line feeds up to the last line feed, and which of them are line feeds."""
    separators = np.flatnonzero(content <= _COMMA)  # hardly any other byte is as small
    found = content[separators]
    is_end = found == _LINE_FEED
    is_separator = is_end | (found == _COMMA)
    if not is_separator.all():
        separators, is_end = separators[is_separator], is_end[is_separator]
    n_separators = len(separators) - int(np.argmax(is_end[::-1]))
    return separators[:n_separators], is_end[:n_separators]


def _cell_ends(separators: Places, is_end: Flags, n_columns: int) -> tuple[Flags, Places]:
    """Which rows have `n_columns` cells, and (row, column) where cells end; in other rows these mean nothing."""
    last = is_end[n_columns - 1 :: n_columns]
    if len(last) * n_columns == len(separators) and last.all() and np.count_nonzero(is_end) == len(last):
        return last, separators.reshape(-1, n_columns)
    counts = np.diff(np.flatnonzero(is_end), prepend=-1)
    is_regular = counts == n_columns
    ends = np.zeros((len(counts), n_columns), np.int64)
    ends[is_regular] = separators[np.repeat(is_regular, counts)].reshape(-1, n_columns)
    return is_regular, ends


def read_blocks(path: Path, columns: Sequence[str]) -> Iterator[CsvBlock]:
    """The data rows of a plain CSV file, block by block; a block is valid until the next one is asked for."""
    buffer = bytearray(_SIZE + _LONGEST_LINE + MARGIN)
    view = memoryview(buffer)
    with path.open("rb") as file:
        offset, carried = len(file.readline()), 0
        file.seek(offset)
        while True:
            read = file.readinto(view[carried:_SIZE])
            size = carried + read
            if not read and size:
                buffer[size] = _LINE_FEED
                size += 1
            if buffer.rfind(b"\n", 0, size) < 0:
                if not read:
                    return
                carried = size
                continue
            block = CsvBlock(buffer, size, offset, columns)
            yield block
            if not read:
                return
            carried = size - block.size
            buffer[:carried] = buffer[block.size : size]
            offset += block.size


class CsvFile:
    """A plain CSV file whose rows are gone through once, and can be found again afterwards: where each begins is noted
    in a file of `folder`."""

    def __init__(self, path: Path, columns: Sequence[str], folder: Path) -> None:
        self._path = path
        self._columns = tuple(columns)
        self._starts = folder / f"sieve-{path.name}.starts"
        self._longer: dict[int, bytes] = {}

    def blocks(self) -> Iterator[CsvBlock]:
        """All rows; they can be written once this has come to its end."""
        end, n_rows = 0, 0
        with self._starts.open("wb") as starts:
            for block in read_blocks(self._path, self._columns):
                (block.row_starts + block.offset).tofile(starts)
                for row, cells in block.irregular():
                    if cells is not None:
                        self._longer[n_rows + row] = b",".join(cells)
                yield block
                n_rows += block.n_rows
                end = block.offset + block.size
            np.array([end]).tofile(starts)

    def write(self, rows: Places, leading: dict[str, NDArray[np.int64]], target: Path) -> None:
        """Write these rows, in file order, as a plain CSV file with the columns `leading` before the file's own."""
        before = np.column_stack(list(leading.values()))
        form = b"%d," * len(leading) + b"%b\n"
        with self._path.open("rb", buffering=0) as source, target.open("wb") as out:
            out.write(",".join((*leading, *self._columns)).encode() + b"\n")
            for here, places in self._places(rows):
                lines = zip(rows[here].tolist(), before[here].tolist(), places.tolist(), strict=True)
                for row, numbers, (start, end) in lines:
                    line = self._longer.get(row) or os.pread(source.fileno(), end - start, start).rstrip(b"\n")
                    out.write(form % (*numbers, line))

    def _places(self, rows: Places) -> Iterator[tuple[slice, Places]]:
        """Which of `rows`, some at a time, and where in the file each of them starts and the next one does."""
        first = 0
        with self._starts.open("rb") as file:
            while len(starts := np.fromfile(file, np.int64, _STARTS + 1)) > 1:
                here = slice(*np.searchsorted(rows, (first, first + len(starts) - 1)).tolist())
                yield here, np.column_stack((starts[rows[here] - first], starts[rows[here] - first + 1]))
                first += len(starts) - 1
                file.seek(8 * first)
