"""Remember what the cells of a list became in rows with which nothing was wrong: the same cells mean the same again.

Only what many rows share is remembered: codes, schools and days. The number of a person is judged each time and never
kept. A row with a cell that is not known yet is read cell by cell, so that only there is said what is wrong with it.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from brp_signals.gateway.formats.cells import Cell, space_of
from brp_signals.gateway.formats.records import ListedNumber

#: More different days, or kinds of school, than a list has.
_MOST_KEPT: Final = 20_000


class Day(NamedTuple):
    """The text of a date and the pattern in which it was read; no pattern when the cell says that there is none."""

    text: str
    pattern: str
    column: str
    """Its column when the cell is filled, else empty."""


class Codes(NamedTuple):
    """The texts of a row that are no dates, and the columns of those that are filled."""

    texts: tuple[str, ...]
    party: str
    columns: tuple[str, ...]


class KnownRow(NamedTuple):
    """A row of which every cell is known."""

    number: ListedNumber
    codes: Codes
    days: list[Day]


class KnownCells:
    """The remembered cells of one list, by the places of its numbers, codes and dates."""

    def __init__(self, numbers: Sequence[tuple[str, int]], codes: Sequence[int], days: Sequence[int]) -> None:
        self._numbers, self._code_places, self._day_places = numbers, codes, days
        self._codes: dict[tuple[Cell, ...], Codes] = {}
        self._days: tuple[dict[Cell, Day], ...] = tuple({} for _ in days)

    def find(self, cells: tuple[Cell, ...]) -> KnownRow | None:
        """The row of these cells, or None when one of them is not known."""
        codes = self._codes.get(tuple([cells[place] for place in self._code_places]))
        if codes is None:
            return None
        days = []
        for known, place in zip(self._days, self._day_places, strict=True):
            if (day := known.get(cells[place])) is None:
                return None
            days.append(day)
        number = self._number(cells)
        return number and KnownRow(number, codes, days)

    def learn(self, cells: tuple[Cell, ...], codes: Codes, days: Sequence[Day]) -> None:
        """Remember the cells of a row with which nothing was wrong."""
        if len(self._codes) < _MOST_KEPT:
            self._codes[tuple(cells[place] for place in self._code_places)] = codes
        for known, place, day in zip(self._days, self._day_places, days, strict=True):
            if len(known) < _MOST_KEPT:
                known[cells[place]] = day

    def _number(self, cells: tuple[Cell, ...]) -> ListedNumber | None:
        """The number of a row when it is the only one and valid as it stands."""
        filled = [(kind, cells[place]) for kind, place in self._numbers if cells[place] != ""]
        if len(filled) != 1:
            return None
        kind, text = filled[0]
        space = space_of(text, kind) if isinstance(text, str) else None
        return ListedNumber(space, str(text)) if space else None
