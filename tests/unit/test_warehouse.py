"""The run's database: what goes in and out, and what it says when it fails."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from brp_signals.base.errors import InternalFailure
from brp_signals.base.warehouse import Warehouse

CANARY = "canary 123456789"


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse(tmp_path, threads=1, sql_overrides={"x/a.sql": "SELECT $n AS n, $day AS day"}) as opened:
        yield opened


def test_a_statement_gets_the_parameters_that_it_names_and_no_others(warehouse: Warehouse) -> None:
    assert warehouse.create("made", "x/a.sql", n=1, day=date(2026, 3, 2), other="unused") == 1
    warehouse.insert("made", "x/a.sql", n=2, day=date(2026, 3, 3))
    assert warehouse.query("SELECT * FROM made ORDER BY n", "reading") == [
        {"n": 1, "day": date(2026, 3, 2)},
        {"n": 2, "day": date(2026, 3, 3)},
    ]


def test_small_tables_are_loaded_typed_and_may_be_empty(warehouse: Warehouse) -> None:
    columns = {"code": "VARCHAR", "day": "DATE", "n": "INTEGER"}
    warehouse.load("small", columns, [("0363", date(2026, 3, 2), None)])
    assert warehouse.query("SELECT * FROM small", "reading") == [{"code": "0363", "day": date(2026, 3, 2), "n": None}]
    warehouse.load("small", columns, [])
    assert warehouse.query("SELECT * FROM small", "reading") == []
    described = warehouse.query("DESCRIBE small", "describing")
    assert {row["column_name"]: row["column_type"] for row in described} == columns


@pytest.mark.parametrize(
    "statement",
    [
        f"SELECT CAST('{CANARY}' AS DATE)",
        f"SELECT error('{CANARY}')",
        "SELECT nothing FROM nowhere",
        "SELEKT",
        "SELECT $missing",
    ],
)
def test_a_failure_names_the_file_and_no_value(statement: str, warehouse: Warehouse) -> None:
    with pytest.raises(InternalFailure, match=r"facts/some\.sql") as failure:
        warehouse.execute(statement, "facts/some.sql")
    assert CANARY not in str(failure.value)


def test_it_cannot_fetch_an_extension_or_read_a_variable_of_ours(warehouse: Warehouse) -> None:
    frame = [1]
    assert frame
    for statement in ("SELECT * FROM frame", "INSTALL spatial", "LOAD spatial"):
        with pytest.raises(InternalFailure):
            warehouse.execute(statement, "a test")


def test_an_export_holds_the_named_tables_and_columns_only(warehouse: Warehouse, tmp_path: Path) -> None:
    warehouse.load("one", {"n": "INTEGER", "address_id": "VARCHAR"}, [(1, CANARY)])
    warehouse.load("two", {"n": "INTEGER"}, [(2,)])
    warehouse.export(tmp_path / "out.duckdb", ["one"], ["n", "of_another_table"])
    warehouse.execute(f"ATTACH '{tmp_path / 'out.duckdb'}' AS other (READ_ONLY)", "a test")
    names = warehouse.query(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'other'", "a test"
    )
    assert names == [{"table_name": "one", "column_name": "n"}]
