"""Blocks of whole lines of a plain CSV file: where every cell begins, how long it is, its bytes as numbers.

A plain file is UTF-8 with LF line ends, no quotes, no blank lines and no line of 64 kB or more (byte_pass), so a
comma always ends a cell and a line feed a row.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

_SIZE: Final = 1 << 20
_LONGEST_LINE: Final = 1 << 16
#: So many bytes behind the last cell may be read along with it.
_MARGIN: Final = 64
_COMMA, _LINE_FEED = ord(","), ord("\n")


class Block:
    """Some whole lines. `starts` and `lengths` are (column, row): places in the block, bytes.

    `offset` is the block's place in the file, `row_ends` where each line ends. Cells of a row that is not `is_regular`
    (another number of cells than the header) have no meaning.
    """

    def __init__(self, buffer: bytearray, size: int, offset: int, n_columns: int) -> None:
        self.offset = offset
        self._buffer = buffer
        self._bytes = np.frombuffer(buffer, np.uint8, size)
        self._words: Numbers = np.ndarray((size + _MARGIN - 8,), np.dtype("<u8"), buffer, 0, (1,))
        self._ids = np.ndarray((size + _MARGIN - 32,), np.dtype((np.void, 32)), buffer, 0, (1,))
        self._taken: dict[tuple[int, int], Numbers] = {}
        separators, is_end = _separators(self._bytes)
        self.size = int(separators[-1]) + 1
        self.is_regular, cell_ends = _cells(separators, is_end, n_columns)
        self.n_rows = len(self.is_regular)
        self.row_ends = separators[is_end] if not self.is_regular.all() else cell_ends[-1]
        self.row_starts = np.concatenate(([0], self.row_ends[:-1] + 1)).astype(np.int64)
        self.starts = np.empty_like(cell_ends)
        self.starts[0] = self.row_starts
        self.starts[1:] = cell_ends[:-1] + 1
        self.lengths = cell_ends - self.starts

    def line(self, row: int) -> bytes:
        """The bytes of one row, without its line feed."""
        return bytes(self._buffer[self.row_starts[row] : self.row_ends[row]])

    def first_byte(self, column: int) -> NDArray[np.uint8]:
        """The first byte of every cell; of an empty one the byte that follows it."""
        first: NDArray[np.uint8] = self._bytes[self.starts[column]]
        return first

    def word(self, column: int, skip: int = 0) -> Numbers:
        """Eight bytes of every cell, the first `skip` left out; behind a shorter cell they are those that follow."""
        if (column, skip) not in self._taken:
            self._taken[column, skip] = self._words[self.starts[column] + skip]
        return self._taken[column, skip]

    def id_words(self, column: int) -> Numbers:
        """32 bytes of every cell as four words a row, taken at once."""
        if (column, 32) not in self._taken:
            self._taken[column, 32] = self._ids[self.starts[column]].view(np.dtype("<u8")).reshape(-1, 4)
        return self._taken[column, 32]

    def words_at(self, column: int, rows: NDArray[np.intp]) -> Numbers:
        """Like `word`, for some rows only."""
        words: Numbers = self._words[self.starts[column][rows]]
        return words


def _separators(content: NDArray[np.uint8]) -> tuple[Places, Flags]:
    """Places of all commas and line feeds up to the last line feed, and which of them are line feeds."""
    is_line_feed = content == _LINE_FEED
    separators = np.flatnonzero((content == _COMMA) | is_line_feed)
    is_end = is_line_feed[separators]
    n_separators = len(separators) - int(np.argmax(is_end[::-1]))
    return separators[:n_separators], is_end[:n_separators]


def _cells(separators: Places, is_end: Flags, n_columns: int) -> tuple[Flags, Places]:
    """Which rows have `n_columns` cells, and (column, row) where cells end; in other rows these mean nothing."""
    last = is_end[n_columns - 1 :: n_columns]
    if len(last) * n_columns == len(separators) and last.all() and np.count_nonzero(is_end) == len(last):
        return last, np.ascontiguousarray(separators.reshape(-1, n_columns).T)
    counts = np.diff(np.flatnonzero(is_end), prepend=-1)
    is_regular = counts == n_columns
    ends = np.zeros((n_columns, len(counts)), np.int64)
    ends[:, is_regular] = separators[np.repeat(is_regular, counts)].reshape(-1, n_columns).T
    return is_regular, ends


def read_blocks(path: Path, n_columns: int) -> Iterator[Block]:
    """The data rows of a plain CSV file, block by block; a block is valid until the next one is asked for."""
    buffer = bytearray(_SIZE + _LONGEST_LINE + _MARGIN)
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
            block = Block(buffer, size, offset, n_columns)
            yield block
            if not read:
                return
            carried = size - block.size
            buffer[:carried] = buffer[block.size : size]
            offset += block.size
