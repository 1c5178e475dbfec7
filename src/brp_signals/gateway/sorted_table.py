"""A table of a delivery, written in the order of its key without holding it in memory.

Rows are gathered up to a bound, sorted, spilled to a file beside the delivery, and merged at the end. A
sorted file lets the pipeline prove uniqueness while reading it once.
"""

import csv
import hashlib
import heapq
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

Row = tuple[str, ...]

_ROWS_IN_MEMORY: Final = 200_000


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """What the manifest says about a file."""

    name: str
    rows: int
    sha256: str


class SortedTable:
    """Rows of one table; `write` yields the sorted CSV file (UTF-8, comma, LF, RFC 4180 quoting)."""

    def __init__(
        self, name: str, columns: Row, key: Callable[[Row], Any], folder: Path, most: int = _ROWS_IN_MEMORY
    ) -> None:
        self.name = name
        self._columns, self._key, self._folder, self._most = columns, key, folder, most
        self._rows: list[Row] = []
        self._spills: list[Path] = []

    def add(self, row: Row) -> None:
        """Take one row."""
        self._rows.append(row)
        if len(self._rows) >= self._most:
            self._spill()

    def write(self, distinct: bool = False) -> tuple[WrittenFile, int]:
        """Write `<name>.csv` and return it with the number of equal rows left out (only when `distinct`)."""
        path = self._folder / f"{self.name}.csv"
        rows = left_out = 0
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(self._columns)
            before: Row | None = None
            for row in self._merged():
                if distinct and row == before:
                    left_out += 1
                    continue
                writer.writerow(row)
                rows += 1
                before = row
            stream.flush()
            os.fsync(stream.fileno())
        for spill in self._spills:
            spill.unlink()
        return WrittenFile(path.name, rows, _sha256(path)), left_out

    def remove(self) -> None:
        """Take the written file away again: the contract knows no table without rows."""
        (self._folder / f"{self.name}.csv").unlink()

    def _merged(self) -> Iterable[Row]:
        self._rows.sort(key=self._key)
        return heapq.merge(self._rows, *map(_read, self._spills), key=self._key)

    def _spill(self) -> None:
        self._rows.sort(key=self._key)
        path = self._folder / f".{self.name}-{len(self._spills)}.spill"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(self._rows)
        self._spills.append(path)
        self._rows = []


def _read(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from map(tuple, csv.reader(stream))


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
