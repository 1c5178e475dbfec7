"""The files of the enrolment memory, next to the ledger: what they are, which are needed, and what goes with its term.

Rows of school lists are in files that are written once. One more file says of each list that is remembered which of
them holds it; rows of other lists count no more. For each run the ledger names the file of the lists first, then those
of the rows. One file of rows alone, as earlier versions and a new key leave it, is a memory too: all of it counts.
"""

import os
from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Final

from brp_signals.base.private_files import sync
from brp_signals.base.unfinished import start_file
from brp_signals.state.ledger import MEMORY_PREFIX

if TYPE_CHECKING:
    import polars
    from pyarrow.compute import Expression

LISTS_PREFIX: Final = f"{MEMORY_PREFIX}lists-"
_RUNS_KEPT: Final = 3


def lists_file(names: Sequence[str]) -> str | None:
    """The name of the file of lists among the files of one memory."""
    return next((name for name in names if name.startswith(LISTS_PREFIX)), None)


def row_files(names: Sequence[str]) -> list[str]:
    """The names of the files of rows among the files of one memory."""
    return [name for name in names if not name.startswith(LISTS_PREFIX)]


def remembered(state: Path) -> list[Path]:
    """The files of enrolment memory in a state folder, those of lists last."""
    return sorted(state.glob(f"{MEMORY_PREFIX}*"))


def missing(state: Path, names: Iterable[str]) -> str | None:
    """The first of these files that is not in the state folder."""
    return next((name for name in names if not (state / name).is_file()), None)


def put(unfinished: Path, file: Path) -> None:
    """Give a file that is whole its name, on the disk before anything names it."""
    unfinished.chmod(0o600)
    sync(unfinished)
    unfinished.replace(file)
    sync(file.parent)


def forget_others(state: Path, of_runs: Sequence[Sequence[str]]) -> None:
    """Remove files but those of the newest run, of the one before it for a rerun, and of the one before that.

    That third one is for a rerun after the newest run was taken back. `of_runs` names the files of each run, oldest
    first.
    """
    needed = {name for names in of_runs[-_RUNS_KEPT:] for name in names}
    for file in (*state.glob(f"{MEMORY_PREFIX}*"), *state.glob(f".{MEMORY_PREFIX}*")):
        if file.name not in needed:
            file.unlink(missing_ok=True)


def forget_lists(state: Path, lists_from: Iterable[tuple[str, date]]) -> int:
    """Make every file over without the school lists that are over their term; returns the number of rows that went.

    `lists_from` says for each source from which day a list may be remembered. Every reading holds to the same days, so
    a file means the same to a run before and after, and keeps its name. A list goes before its rows: cut off in
    between, they count no more.
    """
    import pyarrow.compute

    source, seen_on = pyarrow.compute.field("source"), pyarrow.compute.field("seen_on")
    is_kept = reduce(or_, ((source == code) & (seen_on >= first) for code, first in lists_from))
    removed = {file.name: _keep(file, is_kept) for file in reversed(remembered(state)) if file.suffix == ".parquet"}
    return sum(removed[name] for name in row_files([*removed]))


def _keep(file: Path, is_kept: "Expression") -> int:
    """Make a file over without other rows, if it has any; returns their number."""
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(file) as rows:
        groups = range(rows.num_row_groups)
        days = (rows.read_row_group(number, ["source", "seen_on"]) for number in groups)
        n_over = rows.metadata.num_rows - sum(group.filter(is_kept).num_rows for group in days)
        if n_over:
            descriptor, unfinished = start_file(file)
            try:
                with pyarrow.parquet.ParquetWriter(unfinished, rows.schema_arrow, compression="zstd") as writer:
                    for number in groups:
                        writer.write_table(rows.read_row_group(number).filter(is_kept))
                put(unfinished, file)
            finally:
                os.close(descriptor)
    return int(n_over)


def rows_of(state: Path, names: Sequence[str]) -> "polars.DataFrame":
    """All rows that count of a memory, ids as texts."""
    import polars

    lists = lists_file(names)
    found = []
    for name in row_files(names):
        rows = polars.read_parquet(state / name)
        if lists:
            counted = polars.read_parquet(state / lists).filter(polars.col("file") == name)
            rows = rows.join(counted, on=["source", "school_id", "seen_on"], how="semi")
        if rows.schema["person_id"] == polars.Binary:
            rows = rows.with_columns(polars.col("person_id").bin.encode("hex"))
        found.append(rows)
    return polars.concat(found) if found else polars.DataFrame(schema={"person_id": polars.String})
