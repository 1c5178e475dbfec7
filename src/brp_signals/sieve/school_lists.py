"""Rows of school lists to be remembered, taken straight from a file of enrolments.

Nearly all pupils are remembered, so that on the way through SQL their rows would cost more than all other checks of
their files. Only rows that are certainly well-formed are taken here, of lists and persons that SQL has chosen.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow
from numpy.typing import NDArray

from brp_signals.delivery.contract import EDUCATION_TYPES
from brp_signals.sieve.cells import Block, Flags, Numbers, Places
from brp_signals.sieve.forms import YEAR_BITS, iso_dates, which
from brp_signals.sieve.judges import school_delivery
from brp_signals.sieve.keys import KeySet
from brp_signals.sieve.parquet_file import ParquetBlock
from brp_signals.sieve.rows import SievedFile

_FEW_DIFFERENT: Final = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
#: A remembered row; `n_rows` is how many rows its list had.
SCHEMA: Final = pyarrow.schema(
    {
        "person_id": pyarrow.string(),
        "school_id": _FEW_DIFFERENT,
        "education_type": _FEW_DIFFERENT,
        "enrolled_on": pyarrow.date32(),
        "withdrawn_on": pyarrow.date32(),
        "source": _FEW_DIFFERENT,
        "seen_on": pyarrow.date32(),
        "n_rows": pyarrow.int64(),
    }
)


class Lists:
    """School lists by their number in `judges.school_delivery`. `rows` has their source, school_id, seen_on (text) and
    n_rows, `of_all` whether all pupils of a list are remembered or only children who may have left."""

    def __init__(self, batches: Sequence[pyarrow.RecordBatch]) -> None:
        rows = pyarrow.Table.from_batches(batches).combine_chunks().to_batches()[0]
        is_list, group = school_delivery(ParquetBlock(rows, frozenset()))
        order = np.argsort(group, kind="stable")
        self._groups, self._places = group[order][is_list[order]], order[is_list[order]]
        self.of_all: Flags = np.array(rows.column("of_all").to_pylist(), np.bool_)
        self.rows = rows.set_column(2, "seen_on", rows.column("seen_on").cast(pyarrow.date32()))

    def places(self, groups: Numbers) -> Places:
        """Which list each group is; -1 when it is none of them."""
        if not len(self._groups):
            return np.full(len(groups), -1)
        found = np.minimum(np.searchsorted(self._groups, groups), len(self._groups) - 1)
        return np.where(self._groups[found] == groups, self._places[found], -1)


class Remembered(NamedTuple):
    """Whose rows are remembered: pupils of an age that is compulsory, and those of them who may have left."""

    young: KeySet
    children: KeySet


def remembered_rows(file: SievedFile, lists: Lists, persons: Remembered) -> Iterator[pyarrow.RecordBatch]:
    """The clean rows of `file` about these persons that stand on one of the lists, in file order."""
    found = (_lists_of(*part, lists, persons) for part in file.clean_parts())
    waiting = np.zeros(0, np.int32)
    for block in file.source.blocks():
        while len(waiting) < block.n_rows:
            waiting = np.concatenate((waiting, next(found)))
        places, waiting = waiting[: block.n_rows], waiting[block.n_rows :]
        if (taken := np.flatnonzero(places >= 0)).size:
            yield _batch(block, taken, lists.rows, places[taken])


def _lists_of(keys: Numbers, groups: Numbers, is_clean: Flags, lists: Lists, persons: Remembered) -> Places:
    places = lists.places(groups)
    is_taken = is_clean & (places >= 0) & persons.young.contains(keys)
    others = np.flatnonzero(is_taken & ~lists.of_all[places])
    is_taken[others] = persons.children.contains(keys[others])
    return np.where(is_taken, places, -1).astype(np.int32)


def _batch(
    block: Block, rows: NDArray[np.intp], lists: pyarrow.RecordBatch, places: NDArray[np.int32]
) -> pyarrow.RecordBatch:
    types = block.tell("education_type", which(EDUCATION_TYPES))[rows].astype(np.int32) - 1
    of_list = pyarrow.array(places)
    columns = {
        "person_id": _ids(block.tell("person_id", lambda cells: cells.id_words())[rows]),
        "education_type": pyarrow.DictionaryArray.from_arrays(types, EDUCATION_TYPES),
        **{name: _days(*block.tell(name, iso_dates), rows) for name in ("enrolled_on", "withdrawn_on")},
        **{name: pyarrow.DictionaryArray.from_arrays(of_list, lists.column(name)) for name in ("school_id", "source")},
        **{name: lists.column(name).take(of_list) for name in ("seen_on", "n_rows")},
    }
    return pyarrow.RecordBatch.from_arrays([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def _ids(words: Numbers) -> pyarrow.Array:
    ends = np.arange(len(words) + 1, dtype=np.int32) * np.int32(32)
    return pyarrow.StringArray.from_buffers(
        len(words), pyarrow.py_buffer(ends), pyarrow.py_buffer(np.ascontiguousarray(words))
    )


def _days(is_day: Flags, number: Numbers, rows: NDArray[np.intp]) -> pyarrow.Array:
    year, month_day = np.divmod(number[rows].astype(np.int64), 1 << YEAR_BITS)
    month, day = np.divmod(month_day, 100)
    months: Any = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    return pyarrow.array(months.astype("datetime64[D]") + (day - 1), pyarrow.date32(), mask=~is_day[rows])
