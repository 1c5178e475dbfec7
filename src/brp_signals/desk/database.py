"""The desk's own database: who may work here, sessions, assignments, notes, decisions on their way to the ledger.

Only this module speaks to SQLite for the desk, in the statements of `sql/desk/`. Beside the file the connection holds
the list of the last run in memory (`sql/desk/night.sql`), so that no list is written to the disk once more.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any, Final

from brp_signals.base.errors import InternalFailure, SignalsError
from brp_signals.base.warehouse import resource

FILE: Final = "desk.sqlite"

Row = sqlite3.Row


@cache
def sql(name: str) -> str:
    """The text of one file of `sql/desk/`."""
    return (resource("sql") / "desk" / f"{name}.sql").read_text(encoding="utf-8")


def is_whole(state: Path) -> bool:
    """Whether every page of the database can be read; looking changes nothing."""
    address = f"{(state / FILE).resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=10)) as connection:
            return bool(connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",))
    except sqlite3.Error:
        return False


class Database:
    """One connection that all requests share: a statement takes less time than opening one would."""

    def __init__(self, state: Path) -> None:
        self._lock = RLock()
        with _explained("opened"):
            path = state / FILE
            os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600))
            self._connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
            self._connection.row_factory = sqlite3.Row
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.execute("PRAGMA temp_store = MEMORY")
            self._migrate()
            self._connection.execute("ATTACH ':memory:' AS night")
            self._connection.executescript(sql("night"))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything that the block changes, or nothing; nobody else changes anything meanwhile."""
        with self._lock, _explained("written"):
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def rows(self, statement: str, /, **values: Any) -> list[Row]:
        """What a statement finds."""
        with self._lock, _explained("read"):
            return self._connection.execute(sql(statement), values).fetchall()

    def row(self, statement: str, /, **values: Any) -> Row | None:
        """The first row that a statement finds."""
        found = self.rows(statement, **values)
        return found[0] if found else None

    def change(self, statement: str, /, **values: Any) -> int:
        """Carry out a statement that changes something; returns how many rows it changed."""
        with self._lock, _explained("written"):
            return self._connection.execute(sql(statement), values).rowcount

    def change_all(self, statement: str, rows: Iterable[Any]) -> None:
        """Carry out a statement for each of these rows."""
        with self._lock, _explained("written"):
            self._connection.executemany(sql(statement), rows)

    def _migrate(self) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        files = sorted((resource("sql") / "desk" / "schema").glob("[0-9][0-9][0-9]_*.sql"))
        if version > len(files):
            raise InternalFailure(
                f"The desk's database {FILE} was written by a newer version of brp-signals; install that version again."
            )
        for number, file in enumerate(files[version:], start=version + 1):
            text = file.read_text(encoding="utf-8")
            self._connection.executescript(f"BEGIN IMMEDIATE;\n{text}\nPRAGMA user_version = {number};\nCOMMIT;")


@contextmanager
def _explained(what: str) -> Iterator[None]:
    """Turn an error of the system into one sentence; its own words may quote data and are left out."""
    try:
        yield
    except SignalsError:
        raise
    except (sqlite3.Error, OSError) as problem:
        name = getattr(problem, "sqlite_errorname", type(problem).__name__)
        raise InternalFailure(
            f"The desk's database {FILE} in the state folder could not be {what} ({name}); check disk space and rights."
        ) from problem
