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
        separators, ends = _separators(buffer, size)
        self.size = int(separators[-1]) + 1
        counts = np.diff(ends, prepend=-1)
        self.is_regular: Flags = counts == n_columns
        self.n_rows = len(ends)
        self.row_ends = separators[ends]
        self.row_starts = np.concatenate(([0], self.row_ends[:-1] + 1)).astype(np.int64)
        if not self.is_regular.all():
            separators = _regular_only(separators, counts, self.is_regular, n_columns)
        cell_ends = np.ascontiguousarray(separators.reshape(self.n_rows, n_columns).T)
        self.starts = np.empty_like(cell_ends)
        self.starts[0] = self.row_starts
        self.starts[1:] = cell_ends[:-1] + 1
        self.lengths = cell_ends - self.starts
        self._taken: dict[tuple[int, int], Numbers] = {}
        self._bytes = np.frombuffer(buffer, np.uint8, size)
        self._words: Numbers = np.ndarray((size + _MARGIN - 8,), np.dtype("<u8"), buffer, 0, (1,))

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

    def words_at(self, column: int, rows: NDArray[np.intp]) -> Numbers:
        """Like `word`, for some rows only."""
        words: Numbers = self._words[self.starts[column][rows]]
        return words

    def text(self, column: int, skip: int = 0) -> Numbers:
        """Like `word`, the bytes behind the cell's end set to zero."""
        n_bytes = np.clip(self.lengths[column] - skip, 0, 8)
        text: Numbers = self.word(column, skip) & _FIRST_BYTES[n_bytes]
        return text


_FIRST_BYTES: Numbers = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)


def _separators(buffer: bytearray, size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of all commas and line feeds up to the last line feed, and which of them are line feeds."""
    content = np.frombuffer(buffer, np.uint8, size)
    separators = np.flatnonzero((content == _COMMA) | (content == _LINE_FEED))
    ends = np.flatnonzero(content[separators] == _LINE_FEED)
    return separators[: ends[-1] + 1], ends


def _regular_only(
    separators: NDArray[np.int64], counts: NDArray[np.int64], is_regular: Flags, n_columns: int
) -> NDArray[np.int64]:
    """`n_columns` places for every row; those of irregular rows are all the end of the row before."""
    places = np.zeros((len(counts), n_columns), np.int64)
    places[is_regular] = separators[np.repeat(is_regular, counts)].reshape(-1, n_columns)
    return places.reshape(-1)


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
