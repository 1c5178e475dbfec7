"""One definition of which days exist: what the gateway keeps, the SQL of a run keeps, and both mean the same."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from brp_signals.base.dates import is_register_date
from brp_signals.base.warehouse import Warehouse
from brp_signals.gateway.formats.cells import UNUSABLE, DateReader
from brp_signals.steps.stage import MACROS

_PLACEHOLDERS = (
    *("9999-12-31", "2999-12-31", "3000-01-01", "2999-02-30", "2100-02-29", "2104-02-29", "2400-02-29", "9999-99-99"),
    *("1900-01-01", "1899-12-30", "1899-12-31", "0001-01-01", "0000-00-00", "1970-01-01", "1800-01-01", "1799-12-31"),
    *("1979-12-31", "1980-01-01", "2099-12-31", "2100-01-01", "2000-02-29", "2023-02-29", "2024-02-29", "2026-06-31"),
)


def _days() -> Iterator[str]:
    """The placeholders, and every day of the years around the bounds."""
    yield from _PLACEHOLDERS
    for year in (1799, 1800, 1979, 1980, 2000, 2099, 2100, 2400, 2999, 3000):
        day = date(year, 1, 1)
        while day.year == year:
            yield day.isoformat()
            day += timedelta(days=1)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder: Path = tmp_path_factory.mktemp("warehouse")
    with Warehouse(folder, threads=1) as opened:
        for macro in MACROS:
            opened.execute(opened.sql(f"stage/macros/{macro}.sql"), macro)
        yield opened


def _in_sql(warehouse: Warehouse, texts: list[str], expression: str) -> list[bool]:
    warehouse.load("cells", {"n": "INTEGER", "t": "VARCHAR"}, enumerate(texts))
    return [bool(row["ok"]) for row in warehouse.query(f"SELECT {expression} AS ok FROM cells ORDER BY n", "cells")]


def test_a_beginning(warehouse: Warehouse) -> None:
    days = list(_days())
    reader = DateReader(("yyyy-mm-dd",))
    kept = [reader.text(day) != UNUSABLE for day in days]
    assert kept == _in_sql(warehouse, days, "regexp_full_match(t, iso_date_form())")
    assert {day for day, is_kept in zip(days, kept, strict=True) if is_kept} >= {"1980-01-01", "2099-12-31"}
    assert not {day for day, is_kept in zip(days, kept, strict=True) if is_kept} & {"1979-12-31", "2100-01-01"}


def test_an_end(warehouse: Warehouse) -> None:
    days = list(_days())
    reader = DateReader(("yyyy-mm-dd",))
    read = [reader.text(day, is_end=True) for day in days]
    are_open = [text == "" for text in read]
    assert are_open == _in_sql(warehouse, days, "known_end(t) IS NULL")
    kept = [text != UNUSABLE for text in read]
    assert kept == _in_sql(warehouse, days, "coalesce(regexp_full_match(known_end(t), iso_date_form()), true)")


def test_a_date_of_the_register(warehouse: Warehouse) -> None:
    days = [day.replace("-", "") for day in _days()]
    days += [day[:6] + "00" for day in days[:40]] + [day[:4] + "0000" for day in days[:40]]
    kept = [is_register_date(day) for day in days]
    assert kept == _in_sql(warehouse, days, "is_register_date(t)")
