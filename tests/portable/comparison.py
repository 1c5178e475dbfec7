"""Holding the tables that Spark made against those of the night."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

#: Rows that one side has more often than the other, every cell as text: a date is no timestamp, and 1 is not 1.0.
_DIFFERENCE: Final = (
    "SELECT count(*) FROM ((FROM night EXCEPT ALL FROM spark) UNION ALL (FROM spark EXCEPT ALL FROM night))"
)


@dataclass(frozen=True)
class Compared:
    """One table: how many rows the night has of it, and what differs, in words; None when nothing does."""

    table: str
    n_rows: int
    difference: str | None


def compared(folder: Path) -> Iterator[Compared]:
    """Compare every table of a recorded night, in the order in which they were made."""
    statements = json.loads((folder / "statements.json").read_text(encoding="utf-8"))
    last = {each["table"]: number for number, each in enumerate(statements)}
    for table in dict.fromkeys(each["table"] for each in statements):
        yield compare(table, folder / f"made/{table}.parquet", folder / f"spark/{table}/{last[table]}/*.parquet")


def compare(table: str, night: Path, spark: Path) -> Compared:
    """Compare two Parquet files or patterns row for row, in any order of rows."""
    with duckdb.connect() as database:
        columns = []
        for name, path in (("night", night), ("spark", spark)):
            database.execute(f"CREATE VIEW {name} AS SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet('{path}')")
            columns.append([column for column, *_ in database.execute(f"DESCRIBE {name}").fetchall()])
        n_rows, n_spark = (
            database.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in ("night", "spark")
        )
        if columns[0] != columns[1]:
            return Compared(table, n_rows, "other columns")
        n_unlike = database.execute(_DIFFERENCE).fetchall()[0][0]
        return Compared(table, n_rows, f"{n_unlike} rows unlike, {n_rows} and {n_spark} rows" if n_unlike else None)
