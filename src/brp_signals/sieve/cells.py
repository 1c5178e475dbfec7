"""Cells of one column as numbers: where each begins in a buffer of bytes, how long it is, its bytes as words."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

#: So many bytes behind the last cell may be read along with it.
MARGIN: Final = 64
_WORD: Final = np.dtype("<u8")


class Text:
    """The first `size` bytes of a buffer that is `MARGIN` longer, to be read as words from any place."""

    def __init__(self, buffer: Any, size: int) -> None:
        self.bytes = np.frombuffer(buffer, np.uint8, size)
        self.words: Numbers = np.ndarray((size + MARGIN - 8,), _WORD, buffer, 0, (1,))
        self.ids = np.ndarray((size + MARGIN - 32,), np.dtype((np.void, 32)), buffer, 0, (1,))


class Cells:
    """Cells somewhere in a text: where each starts, how many bytes it has. `is_hex`: every cell that is not empty
    certainly is an id."""

    is_hex = False

    def __init__(self, text: Text, starts: Places, lengths: Places) -> None:
        self._text = text
        self.starts = starts
        self.lengths = lengths
        self._taken: dict[int, Numbers] = {}

    def __len__(self) -> int:
        return len(self.lengths)

    def first_byte(self) -> NDArray[np.uint8]:
        """The first byte of every cell; of an empty one the byte that follows it."""
        first: NDArray[np.uint8] = self._text.bytes[self.starts]
        return first

    def word(self, skip: int = 0) -> Numbers:
        """Eight bytes of every cell, the first `skip` left out; behind a shorter cell they are those that follow."""
        if skip not in self._taken:
            self._taken[skip] = self._text.words[self.starts + skip]
        return self._taken[skip]

    def id_words(self) -> Numbers:
        """32 bytes of every cell as four words a row, taken at once."""
        if 32 not in self._taken:
            self._taken[32] = self._text.ids[self.starts].view(_WORD).reshape(-1, 4)
        return self._taken[32]

    def words_at(self, places: NDArray[np.intp]) -> Numbers:
        """Like `word`, for some cells only."""
        words: Numbers = self._text.words[self.starts[places]]
        return words


Told = TypeVar("Told", Flags, Numbers, tuple[Flags, Numbers])
Form = Callable[[Cells], Told]


class Block(Protocol):
    """Rows that follow each other in a file. Cells of a row that is not regular (its number of cells is not that of the
    header) have no meaning."""

    n_rows: int
    is_regular: Flags

    def has(self, column: str) -> bool:
        """Whether the file has this column."""

    def tell(self, column: str, form: Form[Told]) -> Told:
        """What `form` says of every cell of a column."""

    def irregular(self) -> Iterator[tuple[int, Sequence[bytes] | None]]:
        """The rows that are not regular: their cells when all surplus ones are empty, else None."""
