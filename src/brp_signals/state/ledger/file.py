"""The ledger as a file: its statements and versions, whether it is undamaged, and the sentences for people when it
fails.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from brp_signals.base.errors import InternalFailure, SignalsError, UsageProblem
from brp_signals.base.unfinished import start_file
from brp_signals.base.warehouse import resource

FILE: Final = "ledger.sqlite3"
BACKUPS: Final = "backups"
#: The beginning of the names of enrolment memories: files next to the ledger, one of which its newest run names.
MEMORY_PREFIX: Final = "enrolment_memory-"
SCHEMA: Final = resource("sql") / "ledger" / "schema"


@cache
def sql(name: str) -> str:
    """The text of one file of `sql/ledger/`."""
    return (resource("sql") / "ledger" / f"{name}.sql").read_text(encoding="utf-8")


def statements(name: str) -> list[str]:
    """The statements of a file that holds several, in their order."""
    return [each for each in sql(name).split(";\n") if each.strip()]


@dataclass(frozen=True)
class Condition:
    """The state of a ledger file: whether every page can be read, its version and the version that this program writes,
    the ids of its runs, the newest last, and the ids of runs that were taken back.
    """

    is_whole: bool
    version: int
    newest: int
    run_ids: tuple[str, ...] = ()
    taken_back: tuple[str, ...] = ()


def condition(state: Path) -> Condition | None:
    """Examine the ledger of a state folder without changing it; None when there is none yet."""
    path, newest = state / FILE, len(list(SCHEMA.glob("[0-9][0-9][0-9]_*.sql")))
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
            is_whole = connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            return Condition(is_whole, version, newest, *_run_ids(connection))
    except sqlite3.Error:
        return Condition(False, 0, newest)


def _run_ids(connection: sqlite3.Connection) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the runs of a ledger and those that were taken back; an older ledger has no table of the latter."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    runs = connection.execute(sql("run_ids")).fetchall() if "runs" in tables else []
    taken = connection.execute(sql("taken_back")).fetchall() if "taken_back" in tables else []
    return tuple(run_id for (run_id,) in runs), tuple(run_id for (run_id,) in taken)


def create_private(path: Path) -> None:
    """Make an empty file for its owner alone where there is none; raises UsageProblem when it is no ordinary file."""
    if path.exists() and not path.is_file():
        raise UsageProblem(
            f"{path.name} in the state folder is no ordinary file; move it away and put the ledger back."
        )
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Whether every page can be read; then the settings that every connection needs."""
    try:
        is_whole = connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.DatabaseError as problem:
        if isinstance(problem, sqlite3.OperationalError):
            raise
        is_whole = False
    if not is_whole or _lost_its_tables(connection, path):
        raise InternalFailure(
            f"The ledger {path.name} in the state folder is damaged and nothing was published; put back "
            f"{_backup(path)} under that name and remove the files beside it that end in -wal and -shm."
        )
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _lost_its_tables(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether a ledger is empty while files of published runs are next to it: it was emptied or lost, and a new one
    must not begin without the decisions of people.
    """
    is_empty = connection.execute("PRAGMA user_version").fetchone() == (0,)
    return is_empty and any(path.parent.glob(f"{MEMORY_PREFIX}*.parquet"))


def _backup(path: Path) -> str:
    """Return the newest copy of the ledger, by the name that a person can look for."""
    backups = sorted((path.parent / BACKUPS).glob("*.sqlite3"), key=lambda file: file.stat().st_mtime)
    return f"{BACKUPS}/{backups[-1].name}" if backups else "the newest copy of it from your own backup"


def migrate(connection: sqlite3.Connection, path: Path, schema: Path) -> None:
    """Bring the tables to the newest version, one file a version, after a copy of what was there."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    files = sorted(schema.glob("[0-9][0-9][0-9]_*.sql"))
    newest = int(files[-1].name[:3])
    if version > newest:
        raise InternalFailure(
            f"The ledger {path.name} was written by a newer version of brp-signals (ledger version {version}, this one "
            f"knows {newest}); install that version again."
        )
    if 0 < version < newest:
        _copy(connection, path.parent / BACKUPS / f"ledger-version-{version}.sqlite3")
    for file in files:
        if int(file.name[:3]) <= version:
            continue
        text = file.read_text(encoding="utf-8")
        connection.executescript(f"BEGIN IMMEDIATE;\n{text}\nPRAGMA user_version = {int(file.name[:3])};\nCOMMIT;")


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    """Make a copy of the ledger, readable by its owner alone; it appears only when it is complete."""
    target.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor, unfinished = start_file(target)
    os.close(descriptor)  # whoever opens a ledger holds the state folder
    with closing(sqlite3.connect(unfinished)) as copy:
        connection.backup(copy)
    unfinished.replace(target)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write everything that the block changes, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Turn an error of SQLite into InternalFailure with one sentence; its own words may quote data and are left out."""
    try:
        yield
    except SignalsError:
        raise
    except sqlite3.Error as problem:
        name = getattr(problem, "sqlite_errorname", type(problem).__name__)
        raise InternalFailure(
            f"The ledger {FILE} in the state folder could not be {what} ({name}); check disk space, rights and whether "
            "another program has it open, then run again."
        ) from problem
