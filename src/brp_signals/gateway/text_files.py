"""Reading the lines of a source file: encoding, quotes and header judged before any cell is used.

Every failure is one sentence with file and line, and never the content.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, Final

from brp_signals.errors import DeliveryRefused, UsageProblem

SEPARATOR: Final = ";"
_BOM: Final = b"\xef\xbb\xbf"
_LONGEST_LINE: Final = 1 << 20
_LARGEST_CELL: Final = 64 * 1024

#: The cells of one line, none for a blank line; None when the line cannot be read as the header says.
Cells = list[str] | None
Picker = Callable[[list[str]], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Header:
    """The header row of a file: which column stands where."""

    file: str
    columns: tuple[str, ...]

    def require(self, *names: str) -> None:
        """Refuse the file when one of these columns is missing."""
        if missing := [name for name in names if name not in self.columns]:
            raise DeliveryRefused(
                f"{self.file}, line 1: column {', '.join(missing)} is missing; export the file again with it."
            )

    def refuse_duplicates(self, *allowed: str) -> None:
        """Refuse the file when a column name stands twice, those of `allowed` apart."""
        for position, name in enumerate(self.columns, start=1):
            if name not in allowed and self.columns.index(name) != position - 1:
                raise DeliveryRefused(
                    f"{self.file}, line 1: column {position} has the same name as an earlier one;"
                    " export the file again with each column once."
                )

    def unread(self, named: frozenset[str]) -> tuple[str, ...]:
        """The names of the columns that are not among `named`."""
        return tuple(name for name in self.columns if name and name not in named)

    def picker(self, names: tuple[str, ...]) -> Picker:
        """A function that takes these columns out of a line, trimmed, and touches no other.

        A column that the file does not have yields empty text.
        """
        width = len(self.columns)
        positions = [self.columns.index(name) if name in self.columns else width for name in names]
        pick = itemgetter(*positions, width)

        def picked(cells: list[str]) -> tuple[str, ...]:
            cells.append("")
            return tuple(cell.strip() for cell in pick(cells)[:-1])

        return picked


class SourceLines:
    """The lines of one source file after its header, as (line number, cells)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.file = path.name
        self.header = self._read_header()

    def __iter__(self) -> Iterator[tuple[int, Cells]]:
        with self._open() as stream:
            lines = self._cells(stream)
            next(lines)
            width = len(self.header.columns)
            any_line = False
            for number, cells in lines:
                any_line = True
                fits = cells is not None and len(cells) in (0, width)
                yield number, cells if fits else None
        if not any_line:
            raise DeliveryRefused(f"{self.file} holds a header but no row; export the file again.")

    def _open(self) -> BinaryIO:
        try:
            return self._path.open("rb")
        except FileNotFoundError:
            raise UsageProblem(f"The source file {self._path} does not exist; check the path.") from None
        except OSError as problem:
            raise UsageProblem(
                f"The source file {self._path} cannot be opened ({problem.strerror}); check path and rights."
            ) from None

    def _read_header(self) -> Header:
        with self._open() as stream:
            first = next(self._cells(stream), None)
        if first is None:
            raise DeliveryRefused(f"{self.file} is empty; export the file again.")
        cells = first[1]
        if cells is None or not any(cells):
            raise DeliveryRefused(f"{self.file}, line 1: there is no header row; export the file again with it.")
        return Header(self.file, tuple(cell.strip() for cell in cells))

    def _cells(self, stream: BinaryIO) -> Iterator[tuple[int, Cells]]:
        """Every line as cells; a quote that runs over the end of a line would swallow rows, so it refuses."""
        reader = csv.reader(self._text(stream), delimiter=SEPARATOR, strict=True)
        line = 0
        while True:
            line += 1
            cells: Cells
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                if "field larger" not in str(problem) and "expected after" not in str(problem):
                    raise self._unclosed(line) from None
                cells = None
            if reader.line_num != line:
                raise self._unclosed(line)
            if cells is not None and any(len(cell) > _LARGEST_CELL for cell in cells):
                cells = None
            yield line, cells

    def _unclosed(self, line: int) -> DeliveryRefused:
        return DeliveryRefused(
            f"{self.file}, line {line}: a quote is opened and not closed on the same line;"
            " export the file again with closed quotes."
        )

    def _text(self, stream: BinaryIO) -> Iterator[str]:
        """The lines as text, without BOM and line ends (LF, CRLF or both)."""
        line = 0
        while raw := stream.readline(_LONGEST_LINE + 1):
            line += 1
            if line == 1:
                raw = raw.removeprefix(_BOM)
                if not raw:
                    return
            if len(raw) > _LONGEST_LINE:
                raise DeliveryRefused(f"{self.file}, line {line} is longer than 1 MB; check what was exported.")
            if b"\0" in raw:
                raise DeliveryRefused(f"{self.file}, line {line}: null byte; export the file again as UTF-8 text.")
            try:
                yield raw.decode("utf-8").rstrip("\r\n").replace("\r", " ")
            except UnicodeDecodeError:
                raise DeliveryRefused(f"{self.file}, line {line}: not UTF-8; export the file again as UTF-8.") from None
