"""How much of each column of each source could be read: counts and places, never a value."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from brp_signals.delivery.unreadable import LostSchool, UnreadableColumn, is_mass_failure
from brp_signals.gateway.formats.numbers import is_school_id

_Key = TypeVar("_Key")

#: Means the row as a whole, where other keys are names of columns.
WHOLE_ROW = ""


@dataclass(slots=True)
class _Wrong:
    """The cells of one column of one file that are filled and of no use."""

    first_line: int
    n: int = 0
    by_party: Counter[str | None] = field(default_factory=Counter)
    """How many of them each school has, or source of traces."""


@dataclass(slots=True)
class _Party:
    """The rows of one school, or source of traces, in one file."""

    first_line: int
    n_rows: int = 0
    n_kept: int = 0


class Readability:
    """Counts filled cells by file and column, and rows by file and party: the school of a row, the source of a trace.

    Rows with an unreadable party together form one party without a name.
    """

    def __init__(self) -> None:
        self._filled: dict[str, Counter[str]] = {}
        self._unreadable: dict[tuple[str, str], _Wrong] = {}
        self._parties: dict[tuple[str, str], _Party] = {}
        self._impossible: dict[tuple[str, str, str], _Wrong] = {}
        self._lost: list[LostSchool] = []

    def filled(self, file: str) -> Counter[str]:
        """The number of filled cells by column, in the order of meeting them; who can read a cell adds one."""
        found = self._filled.get(file)
        if found is None:
            found = self._filled[file] = Counter()
        return found

    def cell(self, file: str, column: str, line: int, *, is_readable: bool, party: str | None = None) -> None:
        """Count one filled cell; a row of a list has a party."""
        self.filled(file)[column] += 1
        if not is_readable:
            _count(self._unreadable, (file, column), line, party)

    def row(self, file: str, line: int, party: str, *, is_kept: bool) -> None:
        """Count one row of a list."""
        found = self._parties.get((file, party))
        if found is None:
            found = self._parties[file, party] = _Party(line)
        found.n_rows += 1
        found.n_kept += is_kept

    def impossible(self, file: str, column: str, problem: str, line: int, party: str) -> None:
        """Count one row of a list that can be read, and goes on, but that a run will not use (K-04)."""
        _count(self._impossible, (file, column, problem), line, party)
        self._parties[file, party].n_kept -= 1

    def finish(self, file: str) -> list[UnreadableColumn]:
        """The columns for which this file must be refused, in the order of meeting them.

        Its counts end here, so that another file of the same name is judged by itself.
        """
        failing = self._failing(file)
        self._lost = list(self.lost_schools())
        self._filled.pop(file, None)
        self._unreadable = {key: found for key, found in self._unreadable.items() if key[0] != file}
        self._impossible = {key: found for key, found in self._impossible.items() if key[0] != file}
        self._parties = {key: found for key, found in self._parties.items() if key[0] != file}
        return failing

    def lost_schools(self) -> Iterator[LostSchool]:
        """The schools of which every row of a file is set aside, in the order of meeting them."""
        yield from self._lost
        for (file, party), found in self._parties.items():
            if is_school_id(party) and not found.n_kept:
                yield LostSchool(file, party, found.n_rows, found.first_line)

    def _failing(self, file: str) -> list[UnreadableColumn]:
        return [*self._unreadable_columns(file), *self._never_so(file)]

    def _never_so(self, file: str) -> Iterator[UnreadableColumn]:
        n_rows = self._n_rows(file)
        for (of_file, column, problem), found in self._impossible.items():
            if of_file == file and self._is_failure(file, column, found, n_rows):
                yield UnreadableColumn(file, column, found.n, n_rows, found.first_line, problem=problem)

    def _unreadable_columns(self, file: str) -> Iterator[UnreadableColumn]:
        for column, n_filled in self.filled(file).items():
            found = self._unreadable.get((file, column))
            if found and self._is_failure(file, column, found, n_filled):
                yield UnreadableColumn(file, column, found.n, n_filled, found.first_line)

    def _is_failure(self, file: str, column: str, found: _Wrong, n_filled: int) -> bool:
        is_whole = found.n == n_filled if column == WHOLE_ROW else self._is_of_whole_party(file, found)
        return is_mass_failure(found.n, n_filled, is_whole_school=is_whole)

    def _is_of_whole_party(self, file: str, found: _Wrong) -> bool:
        """Whether these are the cells of all rows of a party; of one that cannot be read, all rows of the file."""
        n_rows = self._n_rows(file)
        return any(
            n == (self._parties[file, party].n_rows if party else n_rows)
            for party, n in found.by_party.items()
            if party is not None
        )

    def _n_rows(self, file: str) -> int:
        return sum(party.n_rows for (of_file, _), party in self._parties.items() if of_file == file)


def _count(counted: dict[_Key, _Wrong], key: _Key, line: int, party: str | None) -> None:
    """Count one cell of no use."""
    found = counted.get(key)
    if found is None:
        found = counted[key] = _Wrong(line)
    found.n += 1
    found.by_party[party] += 1
