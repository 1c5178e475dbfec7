"""The rows of one file, judged once: asked afterwards which of them SQL has to see.

What is kept per row (its person's key, its group) lies in files of the run's own folder, so that memory does not grow
with the register.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol, Self

import numpy as np
import polars
from numpy.typing import NDArray

from brp_signals.sieve.cells import Block, Flags, Numbers, Places
from brp_signals.sieve.judges import Judge, Judgement, Question
from brp_signals.sieve.keys import NO_KEY, NOBODY, KeySet, key_of_cell, not_among, unique

#: So many rows are looked at together.
_STRETCH: Final = 1 << 18
#: So many keys are asked for together: the more, the nearer to each other they stand once sorted.
_ASKED: Final = 1 << 20


@dataclass(frozen=True)
class _Stretch:
    """Rows that follow each other in the file."""

    first: int
    keys: Numbers
    groups: Numbers | None
    newest: NDArray[np.uint32] | None
    may_be_wanted: Flags | None
    is_clean: Flags


@dataclass(frozen=True)
class Selection:
    """The rows that SQL sees, in file order: which, for how many they stand (each row of the file is counted once),
    whose person is marked."""

    rows: Places
    stands_for: Places
    is_marked: Flags


class _Noted(NamedTuple):
    """Of some rows: which are unclear, which hint at a departure, and whose these are."""

    unclear: Places
    hints: Places
    hint_keys: Numbers

    @classmethod
    def nothing(cls) -> Self:
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), _no_keys())


class Source(Protocol):
    """A file whose rows come in blocks."""

    def blocks(self) -> Iterable[Block]:
        """All rows, each once, in file order."""


class SievedFile:
    """One file. `broken` are rows with another number of cells than the header (counted from 1), `hint_keys` the
    persons of clean rows that hint at a departure. What is noted of its rows lies in files named after `index`."""

    def __init__(self, source: Source, columns: Sequence[str], judge: Judge, question: Question, index: Path) -> None:
        self.source = source
        self.n_rows = 0
        self.broken: list[int] = []
        self._person_column = columns.index("person_id")
        self._index = {name: index.with_name(f"{index.name}.{name}") for name in ("keys", "groups", "newest", "wanted")}
        noted = [_Noted.nothing()]
        with _Writers(self._index) as writers:
            for block in source.blocks():
                noted.append(self._take(block, judge(block, question), writers))
        self._unclear, self._hints, self.hint_keys = (np.concatenate(parts) for parts in zip(*noted, strict=True))

    def _take(self, block: Block, judged: Judgement, writers: "_Writers") -> _Noted:
        """Write the index of a block; returns what is kept in memory of it."""
        is_clean = judged.is_clean & block.is_regular
        key = np.where(block.is_regular, judged.key, NO_KEY)
        is_row = block.is_regular | self._repair(block, key)
        writers.write(keys=key)
        if judged.group is not None:
            writers.write(groups=judged.group)
        if judged.newest is not None:
            writers.write(newest=judged.newest.astype(np.uint32))
        if judged.may_be_wanted is not None:
            writers.write(wanted=judged.may_be_wanted)
        is_hint = judged.is_hint & is_clean
        noted = _Noted(
            self.n_rows + np.flatnonzero(is_row & ~is_clean),
            self.n_rows + np.flatnonzero(is_hint),
            key[is_hint],
        )
        self.n_rows += block.n_rows
        return noted

    def _repair(self, block: Block, key: Numbers) -> Flags:
        """Which irregular rows are rows after all; others are `broken`. Their keys are filled in."""
        is_repaired = np.zeros(block.n_rows, np.bool_)
        for row, cells in block.irregular():
            if cells is None:
                self.broken.append(self.n_rows + row + 1)
            else:
                is_repaired[row] = True
                key[row] = key_of_cell(cells[self._person_column])
        return is_repaired

    def read_keys(self, keys: Numbers) -> None:
        """Fill `keys` with those of all rows, in file order; NO_KEY where there is no well-formed id."""
        with self._index["keys"].open("rb") as file:
            file.readinto(keys.data)

    def clean_parts(self) -> Iterator[tuple[Numbers, Numbers, Flags]]:
        """Keys and groups of rows that follow each other, and which of them are clean, in file order."""
        for part in self._stretches():
            if part.groups is not None:
                yield part.keys, part.groups, part.is_clean

    def keys_not_among(self, persons: Numbers) -> Numbers:
        """The keys of this file that are not among the sorted ones of `persons`."""
        missing = [_no_keys()]
        with self._index["keys"].open("rb") as file:
            while len(keys := np.fromfile(file, np.uint64, _ASKED)):
                missing.append(not_among(persons, unique(keys)))
        return unique(np.concatenate(missing))

    def select_unclear(self, wanted: KeySet = NOBODY, marked: KeySet = NOBODY) -> Selection:
        """The unclear rows and those of the `wanted` persons; rows of `marked` persons are marked."""
        return self._select(NOBODY, wanted, marked, self._unclear, counted=False)

    def select_persons(self, wanted: KeySet) -> Selection:
        """The rows of the `wanted` persons."""
        return self._select(NOBODY, wanted, NOBODY, self._unclear[:0], counted=False)

    def select_counted(self, wanted: KeySet, marked: KeySet) -> Selection:
        """The rows of the `wanted` persons, the unclear ones, and one for each group of the others.

        Rows of `marked` persons are marked, and counted apart.
        """
        return self._select(wanted, NOBODY, marked, self._unclear, counted=True)

    def select_children(self, left: KeySet, always: KeySet) -> Selection:
        """The rows of children who `left` or that hint at it, all rows of the persons in `always`, the unclear rows,
        and one for each group of the others. Persons who left are marked, and counted apart.
        """
        return self._select(left, always, left, np.concatenate((self._unclear, self._hints)), counted=True)

    def rows_of(self, persons: KeySet) -> Places:
        """The rows of `persons`, counted from 0."""
        parts = [part.first + np.flatnonzero(persons.contains(part.keys)) for part in self._stretches()]
        return np.concatenate([np.zeros(0, np.int64), *parts])

    def _select(self, useful: KeySet, always: KeySet, marked: KeySet, rows: Places, *, counted: bool) -> Selection:
        """Rows of persons in `always`, of those in `useful` where the judge says so, and `rows`: each for itself.

        When `counted`, also one row of every group of the other clean rows, which stands for all of them.
        """
        asked = np.sort(rows)
        parts: list[Selection] = []
        tally = polars.DataFrame(schema=_TALLY)
        for part in self._stretches():
            is_marked = marked.contains(part.keys)
            picked = is_marked.copy() if useful is marked else useful.contains(part.keys)
            if part.may_be_wanted is not None:
                picked &= part.may_be_wanted
            picked |= always.contains(part.keys)
            picked[_within(asked, part)] = True
            parts.append(_selected(part, picked, is_marked))
            if counted:
                tally = _together(tally, _tally(part, part.is_clean & ~picked, is_marked))
        if counted:
            parts.append(Selection(*(tally[name].to_numpy() for name in ("row", "n_rows", "is_marked"))))
        return _in_file_order(parts)

    def _stretches(self) -> Iterator[_Stretch]:
        for first in range(0, self.n_rows, _STRETCH):
            count = min(_STRETCH, self.n_rows - first)
            is_clean = np.ones(count, np.bool_)
            keys = np.fromfile(self._index["keys"], np.uint64, count, offset=first * 8)
            groups = self._read("groups", np.uint64, first, count)
            newest = self._read("newest", np.uint32, first, count)
            may_be_wanted = self._read("wanted", np.bool_, first, count)
            part = _Stretch(first, keys, groups, newest, may_be_wanted, is_clean)
            is_clean[_within(self._unclear, part)] = False
            is_clean[_within(np.array(self.broken, np.int64) - 1, part)] = False
            yield part

    def _read(self, name: str, kind: type[Any], first: int, count: int) -> NDArray[Any] | None:
        """What was noted of some rows, if it was."""
        file = self._index[name]
        return np.fromfile(file, kind, count, offset=first * np.dtype(kind).itemsize) if file.stat().st_size else None


def _no_keys() -> Numbers:
    return np.zeros(0, np.uint64)


def _within(rows: Places, part: _Stretch) -> Places:
    """Which of the sorted `rows` lie in the stretch, counted from its first."""
    first, last = np.searchsorted(rows, (part.first, part.first + len(part.keys)))
    return rows[first:last] - part.first


def _selected(part: _Stretch, picked: Flags, is_marked: Flags) -> Selection:
    places = np.flatnonzero(picked)
    return Selection(part.first + places, np.ones(len(places), np.int64), is_marked[places])


def _in_file_order(parts: Sequence[Selection]) -> Selection:
    nothing = np.zeros(0, np.int64)
    parts = [Selection(nothing, nothing, nothing.astype(np.bool_)), *parts]
    order = np.argsort(np.concatenate([part.rows for part in parts]))
    return Selection(
        *(np.concatenate([getattr(part, each.name) for part in parts])[order] for each in fields(Selection))
    )


_TALLY: Final = polars.Schema(
    {
        "group": polars.UInt64,
        "is_marked": polars.Boolean,
        "n_rows": polars.Int64,
        "newest": polars.UInt32,
        "row": polars.Int64,
    }
)


def _tally(part: _Stretch, is_counted: Flags, is_marked: Flags) -> polars.DataFrame:
    """Per group, rows of marked persons apart: how many rows are counted, and the first or newest of them."""
    if part.groups is None:
        return _tally_of_one_group(part, is_counted, is_marked)
    counted = np.flatnonzero(is_counted)
    return (
        polars.DataFrame({"group": part.groups[counted], "is_marked": is_marked[counted], "row": part.first + counted})
        .group_by("group", "is_marked")
        .agg(polars.len().alias("n_rows"), polars.lit(0).alias("newest"), polars.col("row").min())
        .cast(_TALLY)
    )


def _tally_of_one_group(part: _Stretch, is_counted: Flags, is_marked: Flags) -> polars.DataFrame:
    newest = np.zeros(len(part.keys), np.uint32) if part.newest is None else part.newest
    rows = []
    for mark in (False, True):
        half = is_counted & (is_marked == mark)
        if half.any():
            place = int(np.argmax(half * (newest + np.uint32(1))))
            rows.append((0, mark, np.count_nonzero(half), int(newest[place]), part.first + place))
    return polars.DataFrame(rows, schema=_TALLY, orient="row")


def _together(tally: polars.DataFrame, added: polars.DataFrame) -> polars.DataFrame:
    """One tally of two: per group all rows counted, and the newest row; of equally new ones the first."""
    return (
        polars.concat([tally, added])
        .sort("newest", "row", descending=[True, False])
        .group_by("group", "is_marked", maintain_order=True)
        .agg(polars.col("n_rows").sum(), polars.col("newest").first(), polars.col("row").first())
    )


class _Writers:
    """The files of the index, open for writing."""

    def __init__(self, paths: dict[str, Path]) -> None:
        self._paths = paths
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._files = {name: self._stack.enter_context(path.open("wb")) for name, path in self._paths.items()}
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def write(self, **columns: NDArray[Any]) -> None:
        """Add these values to the files of their names."""
        for name, values in columns.items():
            np.ascontiguousarray(values).tofile(self._files[name])
