"""The forms of cells: every column of the contract has one, with the codes of the contract."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from brp_signals.base.warehouse import Warehouse
from brp_signals.delivery.contract import EDUCATION_TYPES, ENROLMENT_SOURCES, OPTIONAL, REQUIRED, TRACE_KINDS
from brp_signals.steps.stage import MACROS

Form = Mapping[str, Any]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with Warehouse(tmp_path_factory.mktemp("warehouse"), threads=1) as opened:
        for macro in MACROS:
            opened.execute(opened.sql(f"stage/macros/{macro}.sql"), macro)
        opened.create("_stage_forms", "stage/forms.sql")
        yield opened


def forms(warehouse: Warehouse, table: str) -> list[Form]:
    rows = warehouse.query("SELECT * FROM _stage_forms ORDER BY position", "forms")
    return [row for row in rows if row["table_name"] == table]


@pytest.mark.parametrize("table", REQUIRED)
def test_every_column_has_a_form_in_the_order_of_the_contract(table: str, warehouse: Warehouse) -> None:
    assert [form["column_name"] for form in forms(warehouse, table)] == [*REQUIRED[table], *OPTIONAL[table]]
    assert [form["position"] for form in forms(warehouse, table)] == sorted(
        {f["position"] for f in forms(warehouse, table)}
    )


@pytest.mark.parametrize(
    ("table", "column", "codes"),
    [
        ("enrolments", "education_type", EDUCATION_TYPES),
        ("enrolments", "source", ENROLMENT_SOURCES),
        ("traces", "kind", TRACE_KINDS),
    ],
)
def test_the_codes_are_those_of_the_contract(
    table: str, column: str, codes: tuple[str, ...], warehouse: Warehouse
) -> None:
    (form,) = (form for form in forms(warehouse, table) if form["column_name"] == column)
    assert tuple(form["pattern"].split("|")) == codes


def test_no_form_lets_a_separator_or_nothing_pass(warehouse: Warehouse) -> None:
    """Whether a cell may be empty is said by `when_missing` alone."""
    for table in REQUIRED:
        for form in forms(warehouse, table):
            pattern = form["pattern"]
            rows = warehouse.query(
                "SELECT regexp_full_match('', $pattern) AS empty, regexp_full_match(',', $pattern) AS separator",
                "forms",
                pattern=pattern,
            )
            assert rows == [{"empty": False, "separator": False}], form["column_name"]
