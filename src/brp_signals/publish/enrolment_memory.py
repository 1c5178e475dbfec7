"""The enrolment memory: the last school lists, kept because a national list drops a child once it is deregistered.

One Parquet file beside the ledger, under pseudonyms. The ledger's newest run names the file that counts, so that both
change in one commit. It is made over only when a school list changed: the files of enrolments have another hash.
"""

import hashlib
import os
from pathlib import Path

from brp_signals.delivered import WholeReader
from brp_signals.ledger import MEMORY_PREFIX
from brp_signals.night import Night


def remember_enrolments(night: Night) -> str:
    """Write what tonight's lists add to the memory; returns the name of the file for the ledger.

    A file that nothing names yet changes nothing, so a run may be cut off at any instant.
    """
    sha256 = _sha256(night)
    earlier = night.earlier_runs[-1].enrolment_memory if night.earlier_runs else None
    if earlier is not None and earlier.endswith(f"-{sha256}.parquet"):
        return earlier
    name = f"{MEMORY_PREFIX}{night.run_no:06d}-{sha256}.parquet"
    night.create("memory_lists", "memory/lists.sql")
    _gather(night, "persons", "memory_persons", "persons_scan")
    _gather(night, "enrolments", "memory_delivered", "enrolments_scan")
    unfinished = night.work / name
    path = str(unfinished).replace("'", "''")
    night.warehouse.execute(
        f"COPY (\n{night.warehouse.sql('memory/rows.sql')}\n) TO '{path}' (FORMAT parquet, COMPRESSION zstd)",
        "memory/rows.sql",
    )
    unfinished.chmod(0o600)
    _sync(unfinished)
    unfinished.replace(night.state / name)
    _sync(night.state)
    return name


def remembered(state: Path) -> list[Path]:
    """The files of enrolment memory in a state folder."""
    return sorted(state.glob(f"{MEMORY_PREFIX}*"))


def forget_others(night: Night, name: str) -> None:
    """Remove files that neither this run nor, for a rerun, the run before it needs."""
    needed = {name, *(run.enrolment_memory for run in night.earlier_runs[-1:])}
    for file in (*night.state.glob(f"{MEMORY_PREFIX}*"), *night.state.glob(f".{MEMORY_PREFIX}*")):
        if file.name not in needed:
            file.unlink(missing_ok=True)


def _gather(night: Night, table: str, target: str, scan: str) -> None:
    """Show every file of `table` whole to one SQL file, which makes `target`."""
    reader = WholeReader(night)
    for number, file in enumerate(file for file in night.delivered.files if file.table == table):
        reader.show(file, scan)
        make = night.warehouse.insert if number else night.warehouse.create
        make(target, f"memory/{target.removeprefix('memory_')}.sql", **night.parameters)


def _sha256(night: Night) -> str:
    """What the school lists of tonight are, in short."""
    hashes = sorted(file.sha256 for file in night.delivered.files if file.table == "enrolments")
    return hashlib.sha256(" ".join(hashes).encode()).hexdigest()[:16]


def _sync(path: os.PathLike[str]) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
