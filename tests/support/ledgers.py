"""Ledgers as earlier versions of the program left them, and decisions put into one without a workbook."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from brp_signals.state.ledger import SCHEMA, Decision, Ledger

#: Where a column of the first version has gone since.
_MOVED = {("runs", "rules"): "(SELECT rules FROM now.rule_sets AS sets WHERE sets.rule_set_no = old.rule_set_no)"}


def decide(
    ledger: Ledger,
    case_id: str,
    outcome_code: str,
    decided_on: date,
    imported_at: str,
    file_sha256: str = "0" * 64,
    reason: str = "",
) -> None:
    """Put one decision of people into the ledger."""
    ledger.add_decisions([Decision(case_id, outcome_code, reason, decided_on, imported_at, file_sha256)])


def as_version_1(path: Path) -> None:
    """Make of a ledger what the first version would have left."""
    as_version(path, 1)


def as_version(path: Path, version: int) -> None:
    """Make of a ledger what an earlier version would have left."""
    earlier = path.with_name("earlier.sqlite3")
    with closing(sqlite3.connect(earlier, isolation_level=None)) as ledger:
        for file in sorted(SCHEMA.glob("*.sql")):
            if int(file.name[:3]) <= version:
                ledger.executescript(file.read_text(encoding="utf-8"))
        ledger.execute("ATTACH ? AS now", (str(path),))
        for (table,) in ledger.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'").fetchall():
            columns = [name for (_, name, *_) in ledger.execute(f"PRAGMA main.table_info({table})")]
            now = {name for (_, name, *_) in ledger.execute(f"PRAGMA now.table_info({table})")}
            cells = ", ".join(_cell(table, name, version) if name in now else _MOVED[table, name] for name in columns)
            ledger.execute(f"INSERT INTO main.{table} SELECT {cells} FROM now.{table} AS old")
        ledger.execute(f"PRAGMA user_version = {version}")
    earlier.chmod(0o600)
    earlier.replace(path)


def _cell(table: str, name: str, version: int) -> str:
    """A cell as it is now; before version 10 no case was weak, but waited behind a suppressor."""
    if (table, name) == ("case_states", "status") and version < 10:
        return "replace(old.status, 'weak', 'suppressed')"
    return f"old.{name}"
