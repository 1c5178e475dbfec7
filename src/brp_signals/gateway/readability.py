"""How much of each column of each source could be read: counts and places, never a value."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from brp_signals.delivery.unreadable import LostSchool, UnreadableColumn, is_mass_failure
from brp_signals.gateway.formats.numbers import is_school_id

#: Means the row as a whole, where other keys are names of columns.
WHOLE_ROW = ""


@dataclass(slots=True)
class _Column:
    """The filled cells of one column of one file."""

    n_filled: int = 0
    n_unreadable: int = 0
    first_line: int = 0
    by_party: Counter[str | None] = field(default_factory=Counter)
    """Unreadable cells per school, or source of traces."""


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
        self._columns: dict[tuple[str, str], _Column] = {}
        self._parties: dict[tuple[str, str], _Party] = {}
        self._impossible: dict[tuple[str, str, str], _Column] = {}
        self._lost: list[LostSchool] = []

    def cell(self, file: str, column: str, line: int, *, is_readable: bool, party: str | None = None) -> None:
        """Count one filled cell; a row of a list has a party."""
        found = self._columns.get((file, column))
        if found is None:
            found = self._columns[file, column] = _Column()
        found.n_filled += 1
        if not is_readable:
            found.n_unreadable += 1
            found.first_line = found.first_line or line
            found.by_party[party] += 1

    def row(self, file: str, line: int, party: str, *, is_kept: bool) -> None:
        """Count one row of a list."""
        found = self._parties.get((file, party))
        if found is None:
            found = self._parties[file, party] = _Party(line)
        found.n_rows += 1
        found.n_kept += is_kept

    def impossible(self, file: str, column: str, problem: str, line: int, party: str) -> None:
        """Count one row of a list that can be read, and goes on, but that a run will not use (K-04)."""
        found = self._impossible.setdefault((file, column, problem), _Column(first_line=line))
        found.n_unreadable += 1
        found.by_party[party] += 1
        self._parties[file, party].n_kept -= 1

    def finish(self, file: str) -> list[UnreadableColumn]:
        """The columns for which this file must be refused, in the order of meeting them.

        Its counts end here, so that another file of the same name is judged by itself.
        """
        failing = self._failing(file)
        self._lost = list(self.lost_schools())
        self._columns = {key: found for key, found in self._columns.items() if key[0] != file}
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
        return [*self._unreadable(file), *self._never_so(file)]

    def _never_so(self, file: str) -> Iterator[UnreadableColumn]:
        n_rows = self._n_rows(file)
        for (of_file, column, problem), found in self._impossible.items():
            if of_file == file and is_mass_failure(
                found.n_unreadable, n_rows, is_whole_school=self._is_whole(file, column, found)
            ):
                yield UnreadableColumn(file, column, found.n_unreadable, n_rows, found.first_line, problem=problem)

    def _unreadable(self, file: str) -> list[UnreadableColumn]:
        return [
            UnreadableColumn(file, column, found.n_unreadable, found.n_filled, found.first_line)
            for (of_file, column), found in self._columns.items()
            if of_file == file
            and is_mass_failure(found.n_unreadable, found.n_filled, is_whole_school=self._is_whole(file, column, found))
        ]

    def _is_whole(self, file: str, column: str, found: _Column) -> bool:
        """Whether the cells that cannot be read are all those of a party, or all rows of the file as a whole."""
        if column == WHOLE_ROW:
            return found.n_unreadable == found.n_filled
        n_rows = self._n_rows(file)
        return any(
            n == (self._parties[file, party].n_rows if party else n_rows)
            for party, n in found.by_party.items()
            if party is not None
        )

    def _n_rows(self, file: str) -> int:
        return sum(party.n_rows for (of_file, _), party in self._parties.items() if of_file == file)
