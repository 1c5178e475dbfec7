"""The enrolment memory: the last school lists, kept because a national list drops a child once it is deregistered.

A night on which a school list changed writes one file of rows, of the lists that no file holds as they are now, and
one that says of every list which file holds it (`state.memory_files`). The ledger's newest run names the files that
count, so that both change in one commit.
"""

import hashlib
from typing import Final

from brp_signals.base.warehouse import quoted
from brp_signals.state.ledger import MEMORY_PREFIX
from brp_signals.state.memory_files import LISTS_PREFIX, put
from brp_signals.steps.night import Night

#: Everything is written anew so many runs after it last was, or when more than this share of the rows count no more.
_MOST_RUNS: Final = 14
_MOST_LEFT_OVER: Final = 0.25
#: The rows to remember, while they are written.
_ROWS: Final = "memory-rows.parquet"


def remember_enrolments(night: Night) -> tuple[str, ...]:
    """Write what tonight's lists add to the memory; returns the names of its files for the ledger.

    A file that nothing names yet changes nothing, so a run may be cut off at any instant. Files of one name hold the
    same, so nothing that an earlier run left is changed.
    """
    sha256 = _sha256(night)
    earlier = night.earlier_runs[-1].enrolment_memory if night.earlier_runs else ()
    if earlier and earlier[0].endswith(f"-{sha256}.parquet"):
        return earlier
    _choose(night)
    with night.showing("enrolments"):
        night.warehouse.view("memory_delivered", "memory/delivered.sql")
        night.warehouse.view("memory_rows", "memory/rows.sql")
        if not _is_anything_known(night):
            _write_all(night)
        night.create("memory_counted", "memory/counted.sql")
        night.create("memory_located", "memory/located.sql")
        if _is_worn(night):
            _locate(night, "NULL", "true")
        own = f"{night.run_no:06d}-{_digest(night)}-{sha256}.parquet"
        _write_rows(night, f"{MEMORY_PREFIX}{own}")
    night.warehouse.write_parquet(night.work / own, "memory/index.sql")
    put(night.work / own, night.state / f"{LISTS_PREFIX}{own}")
    return (f"{LISTS_PREFIX}{own}", *_row_files(night))


def _choose(night: Night) -> None:
    """Make the tables that say which lists and whose rows are remembered."""
    night.create("memory_lists", "memory/lists.sql")
    night.create("memory_kept", "memory/kept.sql")
    night.warehouse.view("memory_earlier", "memory/earlier.sql")
    with night.showing("persons"):
        night.create("memory_persons", "memory/persons.sql")
    night.warehouse.insert("memory_persons", "memory/expected.sql")


def _is_anything_known(night: Night) -> bool:
    """Whether a file may hold one of tonight's lists as it is."""
    statement = "SELECT count(*) AS n FROM recall_school_lists WHERE file IS NOT NULL"
    (lists,) = night.warehouse.query(statement, "the enrolment memory")
    return bool(lists["n"])


def _write_all(night: Night) -> None:
    """Write every list before it is counted: choosing the rows of a country twice costs more than reading them."""
    rows = night.work / _ROWS
    night.warehouse.write_parquet(rows, "memory/written.sql")
    night.warehouse.execute(
        f"CREATE OR REPLACE VIEW memory_rows AS FROM read_parquet({quoted(rows)})", "the enrolment memory"
    )


def _write_rows(night: Night, name: str) -> None:
    """Give the lists that no file holds as they are a file of that name, and locate them there."""
    night.create("memory_lists", "memory/new_lists.sql")
    (lists,) = night.warehouse.query("SELECT count(*) AS n FROM memory_lists", "new school lists")
    if lists["n"]:
        if not (night.work / _ROWS).exists():
            night.warehouse.write_parquet(night.work / _ROWS, "memory/written.sql")
        put(night.work / _ROWS, night.state / name)
        _locate(night, quoted(name), "file IS NULL")


def _is_worn(night: Night) -> bool:
    """Whether a file of rows is too old, or too many rows of all files count no more."""
    files = _row_files(night)
    if not files:
        return False
    (rows,) = night.warehouse.query(
        "SELECT (SELECT sum(num_rows) FROM parquet_file_metadata($files)) AS stored, "
        "(SELECT sum(n_remembered) FROM memory_located WHERE file IS NOT NULL) AS counting",
        "the enrolment memory",
        files=[str(night.state / name) for name in files],
    )
    oldest = min(int(name.removeprefix(MEMORY_PREFIX).partition("-")[0]) for name in files)
    return night.run_no - oldest >= _MOST_RUNS or rows["stored"] - rows["counting"] > rows["stored"] * _MOST_LEFT_OVER


def _row_files(night: Night) -> list[str]:
    """The files that hold a list."""
    statement = "SELECT DISTINCT file FROM memory_located WHERE file IS NOT NULL ORDER BY file"
    return [row["file"] for row in night.warehouse.query(statement, "the enrolment memory")]


def _digest(night: Night) -> str:
    """What the memory will be, in short."""
    statement = "SELECT CAST(coalesce(sum(hash(memory_located)), 0) AS VARCHAR) AS digest FROM memory_located"
    (lists,) = night.warehouse.query(statement, "the enrolment memory")
    return hashlib.sha256(lists["digest"].encode()).hexdigest()[:8]


def _locate(night: Night, file: str, which: str) -> None:
    night.warehouse.execute(f"UPDATE memory_located SET file = {file} WHERE {which}", "the enrolment memory")


def _sha256(night: Night) -> str:
    """What the school lists of tonight are, in short."""
    hashes = sorted(file.sha256 for file in night.delivered.files if file.table == "enrolments")
    return hashlib.sha256(" ".join(hashes).encode()).hexdigest()[:16]
