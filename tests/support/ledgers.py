"""Ledgers as earlier versions of the program left them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from brp_signals.ledger import SCHEMA

#: Where a column of the first version has gone since.
_MOVED = {("runs", "rules"): "(SELECT rules FROM now.rule_sets AS sets WHERE sets.rule_set_no = old.rule_set_no)"}


def as_version_1(path: Path) -> None:
    """Make of a ledger what the first version would have left."""
    first = path.with_name("first.sqlite3")
    with closing(sqlite3.connect(first, isolation_level=None)) as ledger:
        ledger.executescript((SCHEMA / "001_cases_and_runs.sql").read_text(encoding="utf-8"))
        ledger.execute("ATTACH ? AS now", (str(path),))
        for (table,) in ledger.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'").fetchall():
            columns = [name for (_, name, *_) in ledger.execute(f"PRAGMA main.table_info({table})")]
            cells = ", ".join(_MOVED.get((table, name), f"old.{name}") for name in columns)
            ledger.execute(f"INSERT INTO main.{table} SELECT {cells} FROM now.{table} AS old")
        ledger.execute("PRAGMA user_version = 1")
    first.chmod(0o600)
    first.replace(path)
