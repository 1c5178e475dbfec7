"""A municipality with something of every kind in its state and output folders, and what can be found in the files."""

import io
import os
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import polars

from brp_signals.state.ledger import BACKUPS, FILE
from tests.ledger.nights import Nights, case_of
from tests.spec.builders import key_of

FIRST, SECOND, LAST = date(2025, 6, 15), date(2025, 9, 1), date(2026, 2, 2)
#: The departure of `gone` has left the look-back on the second night and is over its term on the last; `kept` is new.
CHILDREN = [
    {"child": "gone", "left": "2023-07-01", "trace": "absence_report 2023-09-01"},
    {"child": "kept", "left": "2025-09-15", "trace": "absence_report 2025-10-06"},
    {"child": "old pupil", "left": "–", "enrolled": "2020-08-17 at old seen 2024-01-20"},
    {"child": "new pupil", "left": "–", "enrolled": "2020-08-17 at new seen 2025-06-01"},
]


def municipality(folder: Path) -> Nights:
    """Three nights, and what a cut-off run and a new version left."""
    nights = Nights(folder)
    for night in (FIRST, SECOND, LAST):
        nights.deliver(night, CHILDREN)
        nights.run()
    backup = nights.state / BACKUPS / "ledger-version-1.sqlite3"
    backup.parent.mkdir()
    shutil.copy(nights.state / FILE, backup)
    age(backup, date(2025, 12, 1))
    (nights.state / "work").mkdir()
    (nights.state / "work" / "seen-persons.csv").write_text(key("gone"))
    return nights


def age(file: Path, day: date) -> None:
    """Let a file be made on a day."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()
    os.utime(file, (noon, noon))


def key(child: str) -> str:
    """The pseudonym of a child."""
    return key_of(case_of([], LAST), child)


def case_id(nights: Nights, child: str) -> str:
    """The number of a child's case; empty when the ledger knows none."""
    with closing(sqlite3.connect(nights.state / FILE)) as ledger:
        found = ledger.execute("SELECT case_id FROM case_aliases WHERE person_id = ?", (key(child),)).fetchone()
    return found[0] if found else ""


def change(nights: Nights, statement: str, *values: str | int | None) -> None:
    """Put the ledger in a state that would take many nights."""
    with closing(sqlite3.connect(nights.state / FILE)) as ledger, ledger:
        ledger.execute(statement, values)


def files(nights: Nights) -> list[Path]:
    """Every file of state and output, by name."""
    return [path for top in (nights.state, nights.output) for path in sorted(top.rglob("*")) if path.is_file()]


def holding(nights: Nights, word: str) -> list[str]:
    """The files in whose bytes `word` stands, as they are or unpacked."""
    return [str(path.relative_to(nights.folder)) for path in files(nights) if word.encode() in content(path)]


def content(path: Path) -> bytes:
    """The bytes of a file, and those inside it where it is compressed."""
    raw = path.read_bytes()
    if path.suffix == ".parquet":
        ids = polars.selectors.binary().bin.encode("hex")
        raw += polars.read_parquet(io.BytesIO(raw)).with_columns(ids).write_csv().encode()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as workbook:
            raw += b"".join(workbook.read(name) for name in workbook.namelist())
    return raw


def dump(nights: Nights) -> list[str]:
    """Everything the ledger holds, as text."""
    with closing(sqlite3.connect(nights.state / FILE)) as ledger:
        return list(ledger.iterdump())
