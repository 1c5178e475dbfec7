"""A national-like delivery of any size, from a seed: `python -m benchmarks.generate --scale 1/16`.

The queries under `delivery/` make every person from its number and the seed, so the files stream to disk and
a whole country needs little memory. The same seed, scale and generator give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from brp_signals.tables import DELIVERY_SCHEMA, REQUIRED

if TYPE_CHECKING:
    import duckdb

HERE = Path(__file__).parent
WORK = HERE / "work"
QUERIES = HERE / "delivery"
#: Raised when the same seed gives other bytes than before: a stored older delivery is then not reused.
VERSION = 3

PERSONS_OF_THE_COUNTRY = 18_000_000
SCHOOLS_OF_THE_COUNTRY = 7_000
REFERENCE_DATE = date(2026, 11, 20)

#: Trace sources of the made-up country; each must be declared before the pipeline uses it.
SOURCES = (
    ("toets", "school_result", "Wet op het primair onderwijs, artikel 9b"),
    ("verzuim", "absence_report", "Leerplichtwet 1969, artikel 21a"),
    ("verlof", "leave", "Leerplichtwet 1969, artikelen 11 en 14"),
    ("vrijstelling", "exemption", "Leerplichtwet 1969, artikelen 5 en 6"),
    ("tmv", "tmv_report", "Wet basisregistratie personen, artikel 2.34"),
)
RETENTION_DAYS = 1095


def generate(
    scale: Fraction, seed: int = 1, *, by_person: bool = False, work: Path = WORK, memory: str = "2GB"
) -> Path:
    """Write the delivery and the configuration it needs, or find them: the path of the delivery folder.

    `by_person` sorts every file by `person_id` and says so in the manifest.
    """
    people = max(4, int(PERSONS_OF_THE_COUNTRY * scale))
    schools = max(10, int(SCHOOLS_OF_THE_COUNTRY * scale))
    delivery = delivery_folder(scale, seed, by_person=by_person, work=work)
    if not (delivery / "manifest.json").is_file():
        delivery.mkdir(parents=True, exist_ok=True)
        rows = _write_tables(delivery, people, schools, municipalities(scale), seed, by_person=by_person, memory=memory)
        _write_manifest(delivery, rows, by_person=by_person)
    configuration_of(delivery).write_text(_configuration(), encoding="utf-8")
    return delivery


def delivery_folder(scale: Fraction, seed: int = 1, *, by_person: bool = False, work: Path = WORK) -> Path:
    """Where the delivery of this scale and seed stands, or will stand."""
    order = "-sorted" if by_person else ""
    return work / f"national-{scale.numerator}-{scale.denominator}-seed{seed}-v{VERSION}{order}"


def generate_empty(work: Path = WORK) -> Path:
    """A municipality with one person who never left: a run on it shows what starting up costs."""
    delivery = work / f"empty-v{VERSION}"
    delivery.mkdir(parents=True, exist_ok=True)
    person, address, born = "0" * 31 + "1", "0" * 31 + "a", "20120305"
    cells: dict[str, dict[str, str]] = {
        "persons": {
            "person_id": person,
            "birth_date": born,
            "municipality_code": "0363",
            "is_confidential": "0",
        },
        "residences": {
            "person_id": person,
            "seq": "0",
            "municipality_code": "0363",
            "address_function": "W",
            "address_id": address,
            "address_from": born,
            "declared_by": "I",
            "valid_from": born,
            "recorded_on": born,
            "is_under_inquiry": "0",
            "is_incorrect": "0",
        },
        "enrolments": {
            "person_id": person,
            "school_id": "12AB00",
            "education_type": "VO",
            "enrolled_on": "2024-08-26",
            "source": "school",
            "seen_on": "2026-11-02",
        },
        "traces": {
            "person_id": person,
            "kind": "school_result",
            "source_code": "toets",
            "event_on": "2026-04-21",
        },
    }
    for table, row in cells.items():
        header = REQUIRED[table]
        lines = (",".join(header), ",".join(row.get(name, "") for name in header))
        (delivery / f"{table}.csv").write_text("\n".join((*lines, "")), encoding="ascii")
    _write_manifest(delivery, dict.fromkeys(cells, 1), by_person=False)
    configuration_of(delivery).write_text(_configuration(), encoding="utf-8")
    return delivery


def rows_of(delivery: Path) -> int:
    """Data rows of all files, as the manifest says."""
    tables = json.loads((delivery / "manifest.json").read_bytes())["tables"].values()
    return sum(int(entry["rows"]) for table in tables for entry in table["files"])


def configuration_of(delivery: Path) -> Path:
    """The configuration that declares the delivery's trace sources."""
    return delivery.parent / f"{delivery.name}.brp-signals.toml"


def municipalities(scale: Fraction) -> list[str]:
    """The codes of the municipalities: 342 in the whole country, a quarter of them in a quarter of it.

    Each keeps its true size at every scale, and so do its lists.
    """
    codes = (QUERIES / "municipalities.txt").read_text(encoding="ascii").split()
    return codes[: max(1, round(len(codes) * scale))]


def _write_tables(
    delivery: Path, people: int, schools: int, towns: list[str], seed: int, *, by_person: bool, memory: str
) -> dict[str, int]:
    import duckdb

    scratch = delivery / "scratch"
    # One thread: with more, the rows of a union come in an order that differs from run to run.
    with duckdb.connect(config={"memory_limit": memory, "temp_directory": str(scratch), "threads": 1}) as connection:
        for name, value in {
            "people": people,
            "schools": schools,
            "seed": seed,
            "reference_date": REFERENCE_DATE,
            "municipalities": towns,
        }.items():
            connection.execute(f"set variable {name} = $value", {"value": value})
        for name in ("macros", "people", "pupils"):
            connection.execute(_query(name))
        rows = {table: _write_table(connection, delivery, table, by_person=by_person) for table in REQUIRED}
    shutil.rmtree(scratch, ignore_errors=True)
    return rows


def _write_table(connection: duckdb.DuckDBPyConnection, delivery: Path, table: str, *, by_person: bool) -> int:
    order = "order by all" if by_person else ""
    target = delivery / f"{table}.csv"
    # The text is this program's own: the queries of this folder and a path it made up.
    written = connection.execute(
        f"copy (select * from ({_query(table)}) {order}) to '{target}' (format csv, header true)"
    ).fetchone()
    return int(written[0]) if written else 0


def _query(name: str) -> str:
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


def _write_manifest(delivery: Path, rows: dict[str, int], *, by_person: bool) -> None:
    """Written last: a delivery without one was interrupted and is made again."""
    files = {table: _file_entry(delivery / f"{table}.csv", count) for table, count in rows.items()}
    if by_person:
        files = {table: {**entry, "sorted": True} for table, entry in files.items()}
    manifest = {
        "schema": DELIVERY_SCHEMA,
        "delivery_id": delivery.name,
        "reference_date": REFERENCE_DATE.isoformat(),
        "scope": {"national": True},
        "pseudonym_key_id": "benchmark",
        "tables": {table: {"files": [entry]} for table, entry in files.items()},
    }
    (delivery / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _file_entry(path: Path, rows: int) -> dict[str, object]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": path.name, "format": "csv", "rows": rows, "sha256": digest}


def _configuration() -> str:
    entries = (
        f'[[sources]]\ncode = "{code}"\nkind = "{kind}"\nlegal_basis = "{basis}"\nretention_days = {RETENTION_DAYS}\n'
        for code, kind, basis in SOURCES
    )
    return "\n".join(entries)


def main(arguments: list[str] | None = None) -> int:
    """Command line: prints where the delivery stands."""
    parser = argparse.ArgumentParser(description="Write a made-up national delivery.")
    parser.add_argument("--scale", type=Fraction, default=Fraction(1, 64), help="share of the country, 1/64")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sorted", action="store_true", help="sort every file by person_id")
    parser.add_argument("--memory", default="2GB", help="memory limit of the generator")
    parser.add_argument("--work", type=Path, default=WORK)
    given = parser.parse_args(arguments)
    delivery = generate(given.scale, given.seed, by_person=given.sorted, work=given.work, memory=given.memory)
    sys.stdout.write(f"{delivery}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
