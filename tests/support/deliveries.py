"""Deliveries on disk, from rows in their text form."""

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from brp_signals.delivery.contract import OPTIONAL, REQUIRED

Rows = Sequence[Mapping[str, str]]


def write_delivery(
    folder: Path,
    tables: Mapping[str, Rows],
    reference_date: date,
    scope: Iterable[str] | None = ("0363",),
    delivery_id: str = "test",
) -> Path:
    """Write a delivery of `tables`; without rows a required table gets one row of somebody unrelated."""
    folder.mkdir(parents=True)
    entries = {}
    for table, rows in tables.items():
        usable = list(rows) or _stranger(table, reference_date)
        if not usable:
            continue
        name = f"{table}.csv"
        columns = (
            *REQUIRED[table],
            *(column for column in OPTIONAL[table] if any(column in row for row in usable)),
        )
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n", restval="", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(usable)
        entries[table] = {"files": [describe(folder / name, len(usable))]}
    write_manifest(folder, entries, reference_date, scope, delivery_id)
    return folder


def describe(path: Path, n_rows: int) -> dict[str, Any]:
    """A file as the manifest describes it."""
    return {
        "name": path.name,
        "format": path.suffix.removeprefix("."),
        "rows": n_rows,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


def write_manifest(
    folder: Path,
    entries: Mapping[str, Any],
    reference_date: date,
    scope: Iterable[str] | None = ("0363",),
    delivery_id: str = "test",
    **changes: Any,
) -> None:
    """Write manifest.json; `scope` None is the whole country."""
    manifest = {
        "schema": "brp-signals/delivery/1",
        "delivery_id": delivery_id,
        "reference_date": reference_date.isoformat(),
        "scope": {"national": True} if scope is None else {"municipalities": sorted(scope)},
        "pseudonym_key_id": "test",
        "tables": entries,
        **changes,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def _stranger(table: str, reference_date: date) -> Rows:
    person_id = "f" * 32
    day = reference_date.isoformat()
    rows: dict[str, list[dict[str, str]]] = {
        "persons": [
            {
                "person_id": person_id,
                "birth_date": "19500101",
                "municipality_code": "0363",
                "is_confidential": "0",
            }
        ],
        "residences": [
            {
                "person_id": person_id,
                "seq": "0",
                "municipality_code": "0363",
                "address_function": "W",
                "address_from": "19500101",
                "valid_from": "19500101",
                "recorded_on": "19500101",
                "is_under_inquiry": "0",
                "is_incorrect": "0",
            }
        ],
        "enrolments": [
            {
                "person_id": person_id,
                "school_id": "99ZZ99",
                "education_type": "OTHER",
                "enrolled_on": day,
                "source": "duo",
                "seen_on": day,
            }
        ],
        "traces": [],
    }
    return rows[table]
