"""A run refuses a column that cannot be read as a whole, by name as the gateway does, and names lost schools."""

from datetime import date
from pathlib import Path
from typing import Any

import polars
import pytest

from brp_signals import pipeline
from brp_signals.base.errors import DeliveryRefused
from tests.intake.staged import TODAY
from tests.reference.rows import address, departure, enrolment, person, trace
from tests.reference.shapes import Row
from tests.support.commands import command
from tests.support.deliveries import describe, write_delivery, write_manifest

pytestmark = pytest.mark.long

_SEEN = date(2026, 6, 1)


def _tables(n: int = 60) -> dict[str, list[Row]]:
    """A delivery without a fault, of `n` persons who left and of whom each has a row in every table."""
    names = [f"child {number}" for number in range(n)]
    return {
        "persons": [
            person(name, date(2014, 5, 1), suspension_reason="E", suspension_date="20260302") for name in names
        ],
        "residences": [departure(name, 0, date(2026, 3, 2)) for name in names]
        + [address(name, 1, date(2014, 5, 1)) for name in names],
        "enrolments": [enrolment(name, date(2020, 8, 1), _SEEN) for name in names],
        "traces": [trace(name, "school_result", date(2026, 1, 20), "results") for name in names],
    }


def _check(
    folder: Path, tables: dict[str, list[Row]], form: str = "csv"
) -> tuple[dict[str, Any], DeliveryRefused | None]:
    delivery = write_delivery(folder / "d", tables, TODAY)
    if form == "parquet":
        _as_parquet(delivery, tables)
    return pipeline.check(delivery, config=None, state=folder / "state")


def _as_parquet(delivery: Path, tables: dict[str, list[Row]]) -> None:
    entries = {}
    for table, rows in tables.items():
        path = delivery / f"{table}.parquet"
        polars.read_csv(delivery / f"{table}.csv", infer_schema=False).write_parquet(path)
        entries[table] = {"files": [describe(path, len(rows))]}
    write_manifest(delivery, entries, TODAY)


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize(
    ("table", "column", "wrong"),
    [
        ("persons", "birth_date", "2014-05-05"),
        ("persons", "municipality_code", "363"),
        ("persons", "suspension_reason", "Emigratie"),
        ("residences", "departure_date", "2026-03-02"),
        ("residences", "declared_by", "ouder"),
        ("enrolments", "enrolled_on", "01-08-2020"),
        ("enrolments", "withdrawn_on", "2026-02-30"),
        ("enrolments", "education_type", "Basis"),
        ("traces", "event_on", "20-1-2026"),
    ],
)
def test_a_column_is_refused_by_name(tmp_path: Path, form: str, table: str, column: str, wrong: str) -> None:
    tables = _tables()
    n_wrong = len(tables[table]) // 3
    for row in tables[table][:n_wrong]:
        row[column] = wrong
    _, refusal = _check(tmp_path, tables, form)
    file, of_source = f"{table}.{form}", " of source school" if table == "enrolments" else ""
    n_filled = sum(row[column] != "" for row in tables[table])
    assert str(refusal) == (
        f"Delivery test is refused: column {column}{of_source} cannot be read in {n_wrong} of {n_filled} rows"
        f" (first: {file}, line {1 if form == 'parquet' else 2}); nothing was published; have the delivery made again."
    )


@pytest.mark.parametrize(("n_wrong", "is_refused"), [(19, False), (20, False), (21, True)])
def test_the_bounds(tmp_path: Path, n_wrong: int, is_refused: bool) -> None:
    """Just above 20 % of 100 rows; below it another check may refuse, but not for this."""
    tables = _tables(100)
    for row in tables["enrolments"][:n_wrong]:
        row["seen_on"] = "juni"
    account, _ = _check(tmp_path, tables)
    assert [column["column"] for column in account["unreadable"]] == ["seen_on of source school"] * is_refused


def test_all_rows_of_the_only_school_are_enough(tmp_path: Path) -> None:
    tables = _tables(3)
    for row in tables["enrolments"]:
        row["seen_on"] = "juni"
    _, refusal = _check(tmp_path, tables)
    assert refusal and "column seen_on of source school cannot be read in 3 of 3 rows" in str(refusal)


def test_a_source_beside_a_large_one_is_judged_by_itself(tmp_path: Path) -> None:
    tables = _tables(200)
    tables["enrolments"] = [row | {"source": "duo"} for row in tables["enrolments"]]
    tables["enrolments"] += [enrolment("child 0", date(2020, 8, 1), _SEEN, withdrawn_on="1 mei") for _ in range(3)]
    _, refusal = _check(tmp_path, tables)
    assert refusal and "column withdrawn_on of source school cannot be read in 3 of 3 rows" in str(refusal)


def test_a_small_school_in_a_large_list_is_named(tmp_path: Path) -> None:
    tables = _tables(100)
    for row, (column, wrong) in zip(tables["enrolments"], [("seen_on", "juni"), ("education_type", "x")], strict=False):
        row |= {"school_id": "34CD00", column: wrong}
    delivery = write_delivery(tmp_path / "d", {**tables, "traces": []}, TODAY)
    done = command("run", delivery, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    sentence = "School 34CD00: geen van haar regels (2) is bruikbaar, de eerste staat in enrolments.csv op regel 2."
    assert sentence in (tmp_path / "output/latest/report.html").read_text(encoding="utf-8")
    assert '"school_id": "34CD00"' in done.stdout


#: What no pupil can have (K-04), on whichever day that the list was made.
IMPOSSIBLE = {
    "seen_on": ("2062-06-01", "lies after the reference date"),
    "withdrawn_on": ("2001-01-01", "lies before enrolled_on"),
}


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("column", IMPOSSIBLE)
def test_a_list_that_says_what_cannot_be_is_refused(tmp_path: Path, column: str, form: str) -> None:
    tables, (wrong, what) = _tables(100), IMPOSSIBLE[column]
    # Of children whom no case can be about, too: nobody else looks at their rows.
    tables["persons"] += [person(f"resident {number}", date(2014, 5, 1)) for number in range(60)]
    rows = [enrolment(f"resident {number}", date(2020, 8, 1), _SEEN) | {column: wrong} for number in range(60)]
    account, refusal = _check(tmp_path, tables | {"enrolments": tables["enrolments"] + rows}, form)
    assert f"column {column} of source school {what} in 60 of 160 rows" in str(refusal)
    assert "60 van 160 rijen" in account["alarms"][0] and what not in account["alarms"][0]


@pytest.mark.parametrize("column", IMPOSSIBLE)
def test_a_few_rows_that_cannot_be_refuse_nothing(tmp_path: Path, column: str) -> None:
    tables, (wrong, _) = _tables(100), IMPOSSIBLE[column]
    for row in tables["enrolments"][:20]:
        row[column] = wrong
    account, _ = _check(tmp_path, tables)
    assert account["unreadable"] == [] and account["schools_lost"] == []


@pytest.mark.parametrize("n", [3, 15])
@pytest.mark.parametrize("column", IMPOSSIBLE)
def test_a_small_school_of_which_no_row_can_be_is_named(tmp_path: Path, column: str, n: int) -> None:
    tables, (wrong, _) = _tables(100), IMPOSSIBLE[column]
    for row in tables["enrolments"][:n]:
        row |= {"school_id": "34CD00", column: wrong}
    delivery = write_delivery(tmp_path / "d", {**tables, "traces": []}, TODAY)
    done = command("run", delivery, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    sentence = f"School 34CD00: geen van haar regels ({n}) is bruikbaar, de eerste staat in enrolments.csv op regel 2."
    assert sentence in (tmp_path / "output/latest/report.html").read_text(encoding="utf-8")
    assert '"school_id": "34CD00"' in done.stdout


def test_all_rows_of_the_only_school_that_cannot_be_are_enough(tmp_path: Path) -> None:
    tables = _tables(3)
    for row in tables["enrolments"]:
        row["seen_on"] = "2062-06-01"
    _, refusal = _check(tmp_path, tables)
    assert refusal and "column seen_on of source school lies after the reference date in 3 of 3 rows" in str(refusal)


def test_empty_cells_are_not_unreadable(tmp_path: Path) -> None:
    tables = _tables()
    for row in tables["enrolments"]:
        row["enrolled_on"] = row["education_type"] = ""
    account, refusal = _check(tmp_path, tables)
    assert account["unreadable"] == [] and "more than 2 %" in str(refusal)


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("end", ["9999-12-31", "2999-12-31", "2100-01-01"])
def test_an_end_far_in_the_future_is_no_end_in_a_delivery_without_gateway(tmp_path: Path, form: str, end: str) -> None:
    """The child's new enrolment counts as an open one does: same signals, nothing set aside."""
    found = []
    for withdrawn_on in ("", end):
        folder = tmp_path / (withdrawn_on or "open")
        tables = _tables(4)
        tables["enrolments"] = [
            enrolment(f"child {number}", date(2026, 4, 10), _SEEN, withdrawn_on=withdrawn_on) for number in range(4)
        ]
        delivery = write_delivery(folder / "d", {**tables, "traces": []}, TODAY)
        if form == "parquet":
            _as_parquet(delivery, {table: rows for table, rows in tables.items() if table != "traces"})
        account = pipeline.run(delivery, state=folder / "state", output=folder / "output")["account"]
        assert account["quarantine"] == {}
        found.append((folder / "output/latest/signals.csv").read_text(encoding="utf-8"))
    assert found[0] == found[1] and found[0].count("L-02") == 4


def test_numbers_of_people_are_told_as_that(tmp_path: Path) -> None:
    tables = _tables()
    for row in tables["persons"]:
        row["person_id"] = "123456789"
    _, refusal = _check(tmp_path, tables)
    assert "was not pseudonymised" in str(refusal)
