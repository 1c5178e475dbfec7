"""One pass over the bytes of a CSV file: its hash, its encoding, its line ends, and how many rows it holds.

DuckDB's reader is fast but trusts its input: a stray quote can swallow rows and mixed line ends can hide a whole
file. So the bytes are looked at first. A *plain* file (UTF-8, LF, no quotes, no blank lines, no enormous line) is
read as it lies; any other is rewritten row by row into a plain copy, with the place of every row remembered.
"""

import codecs
import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from brp_signals.base.errors import DeliveryRefused

if TYPE_CHECKING:
    from _csv import Reader

    from numpy.typing import NDArray

_CHUNK: Final = 1 << 22
_LINE_FEED: Final = ord("\n")
#: Length of a line that holds nothing but its line feed.
_BLANK: Final = 1
LONGEST_CELL: Final = 1 << 16
_LONGEST_QUOTE: Final = 1 << 28
#: Replaces in the plain copy a cell that no column accepts: it held a quote, a comma or a line break, or is too long.
UNREADABLE_CELL: Final = "!"
_LONGEST_USABLE_CELL: Final = 256


@dataclass(frozen=True)
class Survey:
    """What one pass over the bytes of a file finds: SHA-256, number of lines that are not blank, and whether it is
    plain.
    """

    sha256: str
    n_lines: int
    is_plain: bool


@dataclass(frozen=True)
class Fault:
    """One row that cannot be read as a row: where, and why (a reason code; never a value)."""

    line: int
    column: str
    reason_code: str


@dataclass
class PlainCopy:
    """A rewritten file: rows read, the rows set aside, and where line numbers shift.

    `shifts` are (first row, shift): a row's physical line is its number plus the last shift at or before it.
    """

    path: Path
    n_rows: int = 0
    faults: list[Fault] = field(default_factory=list)
    shifts: list[tuple[int, int]] = field(default_factory=list)


def survey(path: Path) -> Survey:
    """Hash and look at every byte of `path`.

    Raises DeliveryRefused when the file is empty, holds a null byte or is not UTF-8.
    """
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    n_line_feeds, unfinished, is_plain = 0, 0, True
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            _check_encoding(path.name, chunk, decoder, n_line_feeds)
            lengths = _lengths_of_lines(chunk, unfinished)
            is_plain = is_plain and b'"' not in chunk and b"\r" not in chunk
            is_plain = is_plain and _BLANK not in lengths[:-1] and bool(lengths.max() <= LONGEST_CELL)
            n_line_feeds += len(lengths) - 1
            unfinished = int(lengths[-1])
    if not path.stat().st_size:
        raise DeliveryRefused(f"{path.name} is empty: a header row and at least one row are needed; send it again.")
    _check_end(path.name, decoder, n_line_feeds)
    return Survey(digest.hexdigest(), n_line_feeds + (unfinished > 0), is_plain)


def hash_file(path: Path) -> str:
    """SHA-256 of a file of any kind."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_encoding(name: str, chunk: bytes, decoder: codecs.IncrementalDecoder, n_lines: int) -> None:
    if b"\0" in chunk:
        line = n_lines + chunk[: chunk.index(b"\0")].count(b"\n") + 1
        raise DeliveryRefused(f"{name}, line {line}: a null byte; the file is damaged, have it sent again.")
    if chunk.isascii() and not decoder.getstate()[0]:
        return
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError as problem:
        line = n_lines + chunk[: problem.start].count(b"\n") + 1
        raise DeliveryRefused(f"{name}, line {line}: not UTF-8; have it exported as UTF-8.") from None


def _check_end(name: str, decoder: codecs.IncrementalDecoder, n_lines: int) -> None:
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise DeliveryRefused(f"{name}, line {n_lines + 1}: not UTF-8; have it exported as UTF-8.") from None


def _lengths_of_lines(chunk: bytes, unfinished: int) -> "NDArray[np.intp]":
    """Bytes of each line, its line feed included, and last of the line that `chunk` leaves unfinished (perhaps 0).

    So many bytes of the first line stood before `chunk`: `unfinished`.
    """
    line_feeds = np.flatnonzero(np.frombuffer(chunk, np.uint8) == _LINE_FEED)
    return np.diff(line_feeds, prepend=-1 - unfinished, append=len(chunk) - 1)


def read_header(path: Path) -> list[str]:
    """The column names in the first line of a CSV file, a byte order mark taken off."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            return next(csv.reader(file, strict=True), [])
        except csv.Error:
            raise DeliveryRefused(
                f"{path.name}, line 1: the header is not well-formed CSV; have it sent again."
            ) from None


def write_plain_copy(source: Path, target: Path, columns: Sequence[str]) -> PlainCopy:
    """Rewrite `source` as a plain file that holds `columns` only, row by row.

    Raises DeliveryRefused for an unclosed quote: no one can say where its row ends.
    """
    copy = PlainCopy(target)
    with source.open(encoding="utf-8-sig", newline="") as file, target.open("w", encoding="utf-8") as out:
        reader = csv.reader(file, strict=True)
        header = next(reader)
        wanted = [header.index(name) for name in columns]
        out.write(",".join(columns) + "\n")
        kept = 0
        for line, cells in _rows(source.name, reader, copy):
            copy.n_rows += 1
            # DuckDB reads a plain file so too: empty cells behind the last column are no cells.
            while len(cells) > len(header) and not cells[-1]:
                cells.pop()
            if fault := _fault(line, cells, header):
                copy.faults.append(fault)
                continue
            kept += 1
            if not copy.shifts or copy.shifts[-1][1] != line - kept:
                copy.shifts.append((kept, line - kept))
            out.write(",".join(_plain(cells[index]) for index in wanted) + "\n")
    return copy


def _rows(name: str, reader: "Reader", copy: PlainCopy) -> Iterator[tuple[int, list[str]]]:
    """Physical line and cells of every row; rows with a malformed quote are counted and set aside."""
    csv.field_size_limit(_LONGEST_QUOTE)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            if "unexpected end" in str(problem) or "field larger" in str(problem):
                raise DeliveryRefused(
                    f"{name}, line {line}: a quote is opened here and never closed; have the file sent again."
                ) from None
            copy.n_rows += 1
            copy.faults.append(Fault(line, "", "quote_malformed"))
            continue
        if cells:
            yield line, cells


def _fault(line: int, cells: list[str], header: list[str]) -> Fault | None:
    if len(cells) != len(header):
        return Fault(line, "", "cell_count")
    for name, cell in zip(header, cells, strict=True):
        if len(cell) > LONGEST_CELL // 4 and len(cell.encode()) > LONGEST_CELL:
            return Fault(line, name, "cell_too_large")
    return None


def _plain(cell: str) -> str:
    is_usable = len(cell) <= _LONGEST_USABLE_CELL and not any(character in cell for character in '",\n\r')
    return cell if is_usable else UNREADABLE_CELL
