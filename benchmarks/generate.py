"""A national-like delivery of any size, from a seed: `python -m benchmarks.generate --scale 1/16`.

The queries under `delivery/` make every person from its number and the seed, so the files stream to disk and
a whole country needs little memory. The same seed, scale and generator give the same bytes. The other variants (sorted,
Parquet) hold the rows of the CSV files under the same delivery_id, so that their lists must be the same.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from brp_signals.delivery.contract import DELIVERY_SCHEMA, REQUIRED

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


#: The forms of a delivery: unsorted CSV first, from which the others are made.
VARIANTS: Final = ("csv", "csv-sorted", "parquet", "parquet-sorted")
#: Columns that Parquet has as UUID, as the gateway writes them; all others are text, so that faults stay in.
_IDS: Final = ("person_id", "parent1_id", "parent2_id", "address_id")
_ROWS_IN_GROUP: Final = 122_880
#: Tables that are written at the same time, about as much on either side.
_SIDE_BY_SIDE: Final = (("residences",), ("persons", "enrolments", "traces"))


@dataclass(frozen=True)
class Country:
    """What a delivery is about: a share of the country, so many times the usual departures, and `history` more
    addresses for every person."""

    scale: Fraction
    seed: int = 1
    departures: int = 1
    history: int = 0

    @property
    def delivery_id(self) -> str:
        """The same for all variants."""
        more = [f"{name}{value}" for name, value, usual in self._changed if value != usual]
        words = ("national", self.scale.numerator, self.scale.denominator, f"seed{self.seed}", f"v{VERSION}", *more)
        return "-".join(map(str, words))

    @property
    def _changed(self) -> tuple[tuple[str, int, int], ...]:
        return ("departures", self.departures, 1), ("history", self.history, 0)

    def folder(self, variant: str = "csv", work: Path = WORK) -> Path:
        """Where the delivery stands, or will stand."""
        return work / (self.delivery_id if variant == "csv" else f"{self.delivery_id}-{variant}")


def generate(country: Country, variant: str = "csv", *, work: Path = WORK, memory: str = "2GB") -> Path:
    """Write the delivery and the configuration it needs, or find them: the path of the delivery folder."""
    delivery = country.folder(variant, work)
    if not (delivery / "manifest.json").is_file():
        plain = None if variant == "csv" else generate(country, work=work, memory=memory)
        delivery.mkdir(parents=True, exist_ok=True)
        rows = _write_tables(delivery, country, memory) if plain is None else _rewrite(plain, delivery, variant, memory)
        _write_manifest(delivery, rows, country.delivery_id, by_person=variant.endswith("sorted"))
    configuration_of(delivery).write_text(_configuration(), encoding="utf-8")
    return delivery


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
    _write_manifest(delivery, dict.fromkeys(REQUIRED, 1), delivery.name, by_person=False)
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


def _write_tables(delivery: Path, country: Country, memory: str) -> dict[str, int]:
    with ThreadPoolExecutor() as pool:
        written = list(pool.map(lambda tables: _write_some(delivery, country, memory, tables), _SIDE_BY_SIDE))
    rows = {table: n_rows for some in written for table, n_rows in some.items()}
    return {table: rows[table] for table in REQUIRED}


def _write_some(delivery: Path, country: Country, memory: str, tables: tuple[str, ...]) -> dict[str, int]:
    # One thread: with more, the rows of a union come in an order that differs from run to run.
    with _database(delivery, memory, threads=1) as connection:
        for name, value in {
            "people": max(4, int(PERSONS_OF_THE_COUNTRY * country.scale)),
            "schools": max(10, int(SCHOOLS_OF_THE_COUNTRY * country.scale)),
            "seed": country.seed,
            "reference_date": REFERENCE_DATE,
            "municipalities": municipalities(country.scale),
            "departures": country.departures,
            "history": country.history,
        }.items():
            connection.execute(f"set variable {name} = $value", {"value": value})
        for name in ("macros", "people", "pupils"):
            connection.execute(_query(name))
        return {table: _copy(connection, _query(table), delivery / f"{table}.csv") for table in tables}


def _rewrite(plain: Path, delivery: Path, variant: str, memory: str) -> dict[str, int]:
    """The rows of the CSV delivery `plain` in another form."""
    form = variant.split("-")[0]
    order = "order by all" if variant.endswith("sorted") else ""
    with _database(delivery, memory, threads=2) as connection:
        return {
            table: _copy(connection, f"{_delivered(plain, table, form)} {order}", delivery / f"{table}.{form}")
            for table in REQUIRED
        }


def _delivered(plain: Path, table: str, form: str) -> str:
    columns = ", ".join(
        f"cast({name} as uuid) as {name}" if form == "parquet" and name in _IDS else name for name in REQUIRED[table]
    )
    return f"select {columns} from read_csv('{plain / table}.csv', all_varchar = true, header = true, delim = ',')"


@contextmanager
def _database(delivery: Path, memory: str, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    with TemporaryDirectory(prefix="scratch-", dir=delivery.parent) as scratch:
        limits: dict[str, str | bool | int | float | list[str]] = {"memory_limit": memory, "threads": threads}
        with duckdb.connect(config=limits | {"temp_directory": scratch}) as connection:
            yield connection


def _copy(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> int:
    form = "csv, header true"
    if target.suffix == ".parquet":
        form = f"parquet, compression zstd, row_group_size {_ROWS_IN_GROUP}"
    # The text is this program's own: the queries of this folder and a path it made up.
    written = connection.execute(f"copy ({query}) to '{target}' (format {form})").fetchone()
    return int(written[0]) if written else 0


def _query(name: str) -> str:
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


def _write_manifest(delivery: Path, rows: dict[str, int], delivery_id: str, *, by_person: bool) -> None:
    """Written last: a delivery without one was interrupted and is made again."""
    files = {table: _file_entry(next(delivery.glob(f"{table}.*")), count) for table, count in rows.items()}
    if by_person:
        files = {table: {**entry, "sorted": True} for table, entry in files.items()}
    manifest = {
        "schema": DELIVERY_SCHEMA,
        "delivery_id": delivery_id,
        "reference_date": REFERENCE_DATE.isoformat(),
        "scope": {"national": True},
        "pseudonym_key_id": "benchmark",
        "tables": {table: {"files": [entry]} for table, entry in files.items()},
    }
    (delivery / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _file_entry(path: Path, rows: int) -> dict[str, object]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": path.name, "format": path.suffix.removeprefix("."), "rows": rows, "sha256": digest}


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
    parser.add_argument("--variant", choices=VARIANTS, default="csv")
    parser.add_argument("--departures", type=int, default=1, help="times the usual number of departures")
    parser.add_argument("--history", type=int, default=0, help="more addresses for every person")
    parser.add_argument("--memory", default="2GB", help="memory limit of the generator")
    parser.add_argument("--work", type=Path, default=WORK)
    given = parser.parse_args(arguments)
    country = Country(given.scale, given.seed, given.departures, given.history)
    sys.stdout.write(f"{generate(country, given.variant, work=given.work, memory=given.memory)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
