"""The enrolment memory: the last school lists, kept because a national list drops a child once it is deregistered.

One Parquet file beside the ledger, under pseudonyms. The ledger's newest run names the file that counts, so that both
change in one commit. It is made over only when a school list changed: the files of enrolments have another hash.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from brp_signals.base.errors import InternalFailure
from brp_signals.base.private_files import sync
from brp_signals.base.unfinished import start_file
from brp_signals.delivery.files import DataFile
from brp_signals.state.ledger import MEMORY_PREFIX
from brp_signals.steps.night import Night, Reader

if TYPE_CHECKING:
    from pyarrow import RecordBatch

_ROWS_IN_GROUP: Final = 1 << 17
_RUNS_KEPT: Final = 3


def remember_enrolments(night: Night) -> str:
    """Write what tonight's lists add to the memory; returns the name of the file for the ledger.

    A file that nothing names yet changes nothing, so a run may be cut off at any instant.
    """
    sha256 = _sha256(night)
    earlier = night.earlier_runs[-1].enrolment_memory if night.earlier_runs else None
    if earlier is not None and earlier.endswith(f"-{sha256}.parquet"):
        return earlier
    name = f"{MEMORY_PREFIX}{night.run_no:06d}-{sha256}.parquet"
    _choose(night)
    unfinished = night.work / name
    _write(night, unfinished)
    _put(unfinished, night.state / name)
    return name


def remembered(state: Path) -> list[Path]:
    """The files of enrolment memory in a state folder."""
    return sorted(state.glob(f"{MEMORY_PREFIX}*"))


def forget_others(state: Path, of_runs: Sequence[str | None]) -> None:
    """Remove files but those of the newest run, of the one before it for a rerun, and of the one before that.

    That third one is for a rerun after the newest run was taken back. `of_runs` names the file of each run, oldest
    first.
    """
    needed = of_runs[-_RUNS_KEPT:]
    for file in (*state.glob(f"{MEMORY_PREFIX}*"), *state.glob(f".{MEMORY_PREFIX}*")):
        if file.name not in needed:
            file.unlink(missing_ok=True)


def forget_lists(state: Path, lists_from: Iterable[tuple[str, date]]) -> int:
    """Make every file over without the school lists that are over their term; returns the number of rows that went.

    `lists_from` says for each source from which day a list may be remembered. Every reading holds to the same days, so
    a file means the same to a run before and after, and keeps its name.
    """
    import polars

    is_kept = polars.any_horizontal(
        (polars.col("source") == source) & (polars.col("seen_on") >= first) for source, first in lists_from
    )
    n_removed = 0
    for file in sorted(state.glob(f"{MEMORY_PREFIX}*.parquet")):
        n_over = polars.scan_parquet(file).select(is_kept.not_().sum()).collect().item()
        if n_over:
            descriptor, unfinished = start_file(file)
            try:
                polars.scan_parquet(file).filter(is_kept).sink_parquet(unfinished, compression="zstd")
                _put(unfinished, file)
            finally:
                os.close(descriptor)
            n_removed += n_over
    return n_removed


def _put(unfinished: Path, file: Path) -> None:
    """Give a file that is whole its name, on the disk before anything names it."""
    unfinished.chmod(0o600)
    sync(unfinished)
    unfinished.replace(file)
    sync(file.parent)


def _choose(night: Night) -> None:
    """Make the tables that say which lists and whose rows are remembered, and `memory_delivered`, rows of tonight."""
    night.create("memory_lists", "memory/lists.sql")
    night.create("memory_kept", "memory/kept.sql")
    night.warehouse.view("memory_earlier", "memory/earlier.sql")
    _gather(night, "persons", "memory_persons")
    night.warehouse.insert("memory_persons", "memory/expected.sql")
    _gather(night, "enrolments", "memory_delivered")


def _gather(night: Night, table: str, target: str) -> None:
    """Show every file of `table` to one SQL file, which makes `target`."""
    for number, file in enumerate(_files(night, table)):
        _reader(night).show(file, target)
        make = night.warehouse.insert if number else night.warehouse.create
        make(target, f"memory/{target.removeprefix('memory_')}.sql", **night.parameters)


def _write(night: Night, path: Path) -> None:
    """Write the rows to remember: first those that the reader of the files is sure of, then those that SQL chose."""
    from pyarrow import Table
    from pyarrow.parquet import ParquetWriter

    from brp_signals.sieve.school_lists import SCHEMA

    # A group of rows holds too many persons for a dictionary to pay, and nobody reads the memory by ranges of values.
    repeated = [name for name in SCHEMA.names if name != "person_id"]
    layout = {"compression": "zstd", "use_dictionary": repeated, "write_statistics": False, "store_schema": False}
    with ParquetWriter(path, SCHEMA, **layout) as writer:
        certain = (batch for file in _files(night, "enrolments") for batch in _reader(night).remembered(file))
        chosen = night.warehouse.batches(night.warehouse.sql("memory/rows.sql"), "memory/rows.sql", _ROWS_IN_GROUP)
        for batches in _in_groups(chain(certain, (batch.cast(SCHEMA) for batch in chosen))):
            writer.write_table(Table.from_batches(batches, SCHEMA))


def _in_groups(batches: "Iterable[RecordBatch]") -> "Iterator[list[RecordBatch]]":
    """Batches together, so that no group of rows is small but the last one."""
    waiting: list[RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(each.num_rows for each in waiting) >= _ROWS_IN_GROUP:
            yield waiting
            waiting = []
    yield waiting


def _files(night: Night, table: str) -> list[DataFile]:
    return [file for file in night.delivered.files if file.table == table]


def _reader(night: Night) -> Reader:
    if night.reader is None:
        raise InternalFailure("School lists are remembered before stage has run; run the steps in their order.")
    return night.reader


def _sha256(night: Night) -> str:
    """What the school lists of tonight are, in short."""
    hashes = sorted(file.sha256 for file in night.delivered.files if file.table == "enrolments")
    return hashlib.sha256(" ".join(hashes).encode()).hexdigest()[:16]
