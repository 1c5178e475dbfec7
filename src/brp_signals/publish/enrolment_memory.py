"""The enrolment memory: the last school lists, kept because a national list drops a child once it is deregistered.

One Parquet file beside the ledger, under pseudonyms. The ledger's newest run names the file that counts, so that both
change in one commit. It is made over only when a school list changed: the files of enrolments have another hash.
"""

import hashlib
import os
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from brp_signals.base.private_files import sync
from brp_signals.base.unfinished import start_file
from brp_signals.state.ledger import MEMORY_PREFIX
from brp_signals.steps.night import Night

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
    with night.showing("enrolments"):
        night.warehouse.view("memory_delivered", "memory/delivered.sql")
        night.warehouse.write_parquet(unfinished, "memory/rows.sql")
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
    """Make the tables that say which lists and whose rows are remembered."""
    night.create("memory_lists", "memory/lists.sql")
    night.create("memory_kept", "memory/kept.sql")
    night.warehouse.view("memory_earlier", "memory/earlier.sql")
    with night.showing("persons"):
        night.create("memory_persons", "memory/persons.sql")
    night.warehouse.insert("memory_persons", "memory/expected.sql")


def _sha256(night: Night) -> str:
    """What the school lists of tonight are, in short."""
    hashes = sorted(file.sha256 for file in night.delivered.files if file.table == "enrolments")
    return hashlib.sha256(" ".join(hashes).encode()).hexdigest()[:16]
