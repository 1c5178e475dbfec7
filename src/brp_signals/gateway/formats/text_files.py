"""Read the lines of a source file; encoding, quotes and header are judged before any cell is used.

Every failure is one sentence with file and line, and never the content.
"""

import codecs
import csv
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, Final

from brp_signals.base.errors import DeliveryRefused, UsageProblem
from brp_signals.base.private_files import open_ordinary
from brp_signals.gateway.formats.cells import LARGEST_CELL, Cell, PickedCells, plain
from brp_signals.gateway.formats.day_notations import SERIAL_DAY_0

_BOM: Final = b"\xef\xbb\xbf"
_UTF_16_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")
_LONGEST_LINE: Final = 1 << 20
_MOST_LINES_IN_CELL: Final = 100
_CHUNK: Final = 1 << 16

#: The cells of one line, none for a blank line; None when the line does not fit the header.
Cells = list[str] | None
Picker = Callable[[list[str]], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a text file is laid out; without an encoding of its own it is UTF-8, with or without a byte order mark."""

    encoding: str = "utf-8"
    separator: str = ";"
    quote: str = '"'
    header_row: int = 1


@dataclass(frozen=True, slots=True)
class Header:
    """The header row of a file: the place of each column."""

    file: str
    columns: tuple[str, ...]
    row: int = 1

    def require(self, *names: str) -> None:
        """Refuse the file when one of these columns is missing."""
        self.refuse_missing([name for name in names if name not in self.columns])

    def refuse_missing(self, missing: list[str], advice: str = "export the file again with it") -> None:
        """Refuse the file for the columns of this list."""
        if missing:
            raise DeliveryRefused(f"{self.file}, line {self.row}: column {', '.join(missing)} is missing; {advice}.")

    def refuse_duplicates(self, *allowed: str) -> None:
        """Refuse the file when a column name occurs twice, except those of `allowed`."""
        for position, name in enumerate(self.columns, start=1):
            if name not in allowed and self.columns.index(name) != position - 1:
                raise DeliveryRefused(
                    f"{self.file}, line {self.row}: column {position} has the same name as an earlier one;"
                    " export the file again with each column once."
                )

    def alike(self, names: tuple[str, ...]) -> list[str]:
        """The columns whose names differ from one of these in case or in blanks only."""
        wanted = {_folded(name) for name in names}
        return [column for column in self.columns if _folded(column) in wanted]

    def unread(self, named: frozenset[str]) -> tuple[str, ...]:
        """The names of the columns that are not among `named`."""
        return tuple(name for name in self.columns if name and name not in named)

    def picker(self, names: tuple[str, ...]) -> Picker:
        """A function that takes these columns out of a line as they are, and touches no other.

        A column that the file does not have yields empty text.
        """
        width = len(self.columns)
        positions = [self.columns.index(name) if name in self.columns else width for name in names]
        pick = itemgetter(*positions, width)

        def picked(cells: list[str]) -> tuple[str, ...]:
            cells.append("")
            found: tuple[str, ...] = pick(cells)
            return found[:-1]

        return picked


_REGISTER_LAYOUT: Final = Layout()
_SEPARATOR_HINT = re.compile(r'"?sep=([;,|\t])"?', re.IGNORECASE)


def visible(text: str) -> str:
    """Return the text without characters that have no width, and without blanks around it."""
    return "".join(c for c in text if unicodedata.category(c) != "Cf").strip()


def _folded(name: str) -> str:
    return " ".join(visible(name).split()).casefold()


class SourceLines:
    """The lines of one source file after its header, as (line number, cells)."""

    #: A number of days in a text file counts as spreadsheets do by default.
    day_0: Final = SERIAL_DAY_0

    def __init__(self, path: Path, layout: Layout = _REGISTER_LAYOUT) -> None:
        self._path, self._layout = path, layout
        self.file = path.name
        self._n_hints = 0
        self._take_hint()
        self.header = self._read_header()

    def __iter__(self) -> Iterator[tuple[int, Cells]]:
        with self._open() as stream:
            lines = islice(self._cells(stream), self._header_row, None)
            width = len(self.header.columns)
            any_line = False
            for number, cells in lines:
                any_line = True
                fits = cells is not None and len(cells) in (0, width)
                yield number, cells if fits else None
        if not any_line:
            raise DeliveryRefused(f"{self.file} holds a header but no row; export the file again.")

    def is_hidden(self, _line: int) -> bool:
        """Return False: a text file hides nothing."""
        return False

    def picked(self, names: tuple[str, ...]) -> Iterator[tuple[int, PickedCells]]:
        """Every line with the cells of these columns as they are, and no other."""
        pick = self.header.picker(names)
        for number, cells in self:
            is_blank = cells is not None and not any(map(str.strip, cells))
            yield number, None if cells is None else () if is_blank else pick(cells)

    @staticmethod
    def bare(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        """Return what picked cells say, without what programs add to a text."""
        return tuple(map(plain, map(str, cells)))

    def _open(self) -> BinaryIO:
        try:
            return open_ordinary(self._path)
        except FileNotFoundError:
            raise UsageProblem(f"The source file {self._path} does not exist; check the path.") from None
        except OSError as problem:
            raise UsageProblem(
                f"The source file {self._path} cannot be opened ({problem.strerror}); check path and rights."
            ) from None

    def _read_header(self) -> Header:
        row = self._header_row
        with self._open() as stream:
            lines = list(islice(self._cells(stream), row))
        if not lines:
            raise DeliveryRefused(f"{self.file} is empty; export the file again.")
        cells = lines[-1][1] if len(lines) == row else None
        if cells is None or not any(cells):
            raise DeliveryRefused(f"{self.file}, line {row}: there is no header row; export the file again with it.")
        return Header(self.file, tuple(map(visible, cells)), lines[-1][0])

    @property
    def _header_row(self) -> int:
        return self._layout.header_row + self._n_hints

    def _take_hint(self) -> None:
        """Take `sep=;` from the first line, where spreadsheets may put it: it names the separator and is no row."""
        with self._open() as stream:
            first = next(self._text(stream), "")
        if hint := _SEPARATOR_HINT.fullmatch(first.strip()):
            self._layout, self._n_hints = replace(self._layout, separator=hint[1]), 1

    def _cells(self, stream: BinaryIO) -> Iterator[tuple[int, Cells]]:
        """Every record as cells, with the number of its first line.

        A line break inside quotes belongs to its cell (RFC 4180). A quote that is never closed looks the same and would
        swallow rows, so a file is refused where a line inside quotes could be a row of its own.
        """
        last: list[str] = []
        reader = csv.reader(
            _remembered(self._text(stream), last),
            delimiter=self._layout.separator,
            quotechar=self._layout.quote or None,
            quoting=csv.QUOTE_MINIMAL if self._layout.quote else csv.QUOTE_NONE,
            strict=True,
        )
        width = 0
        while True:
            line = reader.line_num + 1
            last.clear()
            cells: Cells
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                if "field larger" not in str(problem) and "expected after" not in str(problem):
                    raise self._unclosed(line) from None
                cells = None
            width = width or len(cells or ())
            if reader.line_num != line and self._may_swallow(last[1:], cells, width):
                raise self._unclosed(line)
            if cells and max(map(len, cells)) > LARGEST_CELL:
                cells = None
            yield line, cells

    def _may_swallow(self, inside: list[str], cells: Cells, width: int) -> bool:
        """Whether one of the lines after the first of a record could be a row, or the record fits no row."""
        n_separators = max(line.count(self._layout.separator) for line in inside)
        return cells is None or len(cells) != width or len(inside) > _MOST_LINES_IN_CELL or n_separators >= width - 1

    def _unclosed(self, line: int) -> DeliveryRefused:
        return DeliveryRefused(
            f"{self.file}, line {line}: a quote is opened and not closed before a line that could be a row;"
            " export the file again with closed quotes."
        )

    def _text(self, stream: BinaryIO) -> Iterator[str]:
        """The lines as text, without BOM and line ends (LF, CRLF or both)."""
        encoding = self._layout.encoding
        is_utf_16 = encoding == "utf-16"
        for line, raw in enumerate(self._utf_16_lines(stream) if is_utf_16 else _lines(stream), start=1):
            if line == 1 and raw.startswith(_BOM):
                if encoding == "windows-1252":
                    raise self._wrong_encoding(1)
                if raw == _BOM:
                    return
            if len(raw) > _LONGEST_LINE:
                raise DeliveryRefused(f"{self.file}, line {line} is longer than 1 MB; check what was exported.")
            if b"\0" in raw:
                raise DeliveryRefused(
                    f"{self.file}, line {line}: null byte; export the file again as {encoding.upper()} text."
                )
            try:
                text = raw.removeprefix(_BOM if line == 1 else b"").decode("utf-8" if is_utf_16 else encoding)
            except UnicodeDecodeError:
                raise self._wrong_encoding(line) from None
            yield text.rstrip("\r\n").replace("\r", " ")

    def _utf_16_lines(self, stream: BinaryIO) -> Iterator[bytes]:
        """The lines of a UTF-16 file as UTF-8; without a byte order mark the order of the bytes is unknown."""
        if stream.read(2) not in _UTF_16_BOMS:
            raise self._wrong_encoding(1)
        stream.seek(0)
        decoder = codecs.getincrementaldecoder("utf-16")()
        rest, line = "", 1
        is_last = False
        while not is_last:
            chunk = stream.read(_CHUNK)
            is_last = not chunk
            try:
                *lines, rest = (rest + decoder.decode(chunk, final=is_last)).split("\n")
            except UnicodeDecodeError:
                raise self._wrong_encoding(line) from None
            line += len(lines)
            yield from (f"{text}\n".encode() for text in lines)
            if len(rest) > _LONGEST_LINE:
                break
        if rest:
            yield rest.encode("utf-8")

    def _wrong_encoding(self, line: int) -> DeliveryRefused:
        name = self._layout.encoding.upper()
        return DeliveryRefused(f"{self.file}, line {line}: not {name}; export the file again as {name}.")


def _remembered(lines: Iterator[str], last: list[str]) -> Iterator[str]:
    """The lines on their way to the reader; `last` gets those of the record under way."""
    for line in lines:
        last.append(line)
        yield line


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    while raw := stream.readline(_LONGEST_LINE + 1):
        yield raw
