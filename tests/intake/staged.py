"""A small good delivery whose files can be spoiled, and what intake says of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from brp_signals import pipeline
from brp_signals.delivery.contract import REQUIRED
from tests.reference.rows import address, departure, enrolment, person
from tests.support.deliveries import describe, write_delivery, write_manifest

TODAY = date(2026, 6, 15)
LEFT = date(2026, 3, 2)


@dataclass(frozen=True)
class Staged:
    """What stage kept and set aside: rows per file, and (file, line, column, reason) of each row set aside."""

    account: dict[str, Any]
    quarantine: list[tuple[str, int, str, str]]
    kept: dict[str, int]

    def file(self, name: str) -> dict[str, Any]:
        """The account of one file; it must close."""
        found = [file for entry in self.account["tables"].values() for file in entry["files"] if file["name"] == name]
        assert found[0]["rows_read"] == found[0]["kept"] + found[0]["not_needed"] + found[0]["quarantined"]
        return found[0]


def good(folder: Path) -> Path:
    """Write a delivery of ten children who left and went on going to school."""
    children = [f"child {number}" for number in range(10)]
    tables = {
        "persons": [person(name, date(2014, 5, 1), suspension_reason="E") for name in children],
        "residences": [
            row for name in children for row in (departure(name, 0, LEFT), address(name, 1, date(2020, 1, 1)))
        ],
        "enrolments": [enrolment(name, date(2026, 4, 13), date(2026, 5, 6)) for name in children],
        "traces": [],
    }
    return write_delivery(folder, tables, TODAY)


def spoil(folder: Path, name: str, change: Callable[[bytes], bytes], n_rows: int | None = None) -> None:
    """Change the bytes of one file and describe it truly in the manifest, so that only the change is wrong."""
    path = folder / name
    path.write_bytes(change(path.read_bytes()))
    entries = {}
    for table in REQUIRED:
        file = folder / f"{table}.csv"
        if file.exists():
            lines = [line for line in file.read_bytes().replace(b"\r", b"\n").split(b"\n") if line]
            entries[table] = {"files": [describe(file, max(len(lines) - 1, 0))]}
            if file.name == name and n_rows is not None:
                entries[table]["files"][0]["rows"] = n_rows
    write_manifest(folder, entries, TODAY)


def stage(folder: Path, work: Path) -> Staged:
    """Take a delivery as far as stage."""
    with pipeline.open_night(folder, state=work / "state", output=work / "output") as night:
        for step in ("delivery", "recall", "stage"):
            night.run_step(step)
        warehouse = night.night.warehouse
        rows = warehouse.query(
            "SELECT file, line, column_name, reason_code FROM stage_quarantine ORDER BY ALL", "quarantine"
        )
        kept = {
            table: warehouse.query(f"SELECT count(*) AS n FROM stage_{table}", "kept")[0]["n"] for table in REQUIRED
        }
        return Staged(night.night.account, [tuple(row.values()) for row in rows], kept)
