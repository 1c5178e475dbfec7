"""What the measures of slow changes count, on a few rows that a person can check."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from brp_signals.base.warehouse import Warehouse
from brp_signals.steps.stage import MACROS

TODAY = date(2026, 5, 4)
SERIES = {**dict.fromkeys(("subject_kind", "subject", "source", "measure"), "VARCHAR"), "on_day": "DATE"}
DAYS = {"kind": "VARCHAR", "source_code": "VARCHAR", "event_on": "DATE", "n_rows": "BIGINT"}


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """An empty database that knows the dates of the register."""
    with Warehouse(tmp_path) as opened:
        for macro in MACROS:
            opened.execute(opened.sql(f"stage/macros/{macro}.sql"), macro)
        yield opened


def measured(warehouse: Warehouse, name: str, **parameters: Any) -> dict[str, float]:
    """The value of each measure that one file of sql/watch/ yields."""
    warehouse.create(f"watch_{name}", f"watch/{name}.sql", reference_date=TODAY, **parameters)
    return {row["measure"]: row["value"] for row in warehouse.query(f"SELECT * FROM watch_{name}", name)}


# --- the past of a source


def month(number: int, n_rows: int) -> tuple[object, ...]:
    return "absence_report", "verzuim", date(2026, number, 10), n_rows


def remembered(number: int, days_ago: int, n_rows: int | None) -> tuple[object, ...]:
    return "source", "verzuim", "absence_report", f"month_{number:02}", TODAY - timedelta(days_ago), n_rows, None


def past(warehouse: Warehouse, months: Sequence[tuple[object, ...]], known: Sequence[tuple[object, ...]]) -> Any:
    warehouse.load("stage_sign_days", DAYS, months)
    warehouse.load("watch_remembered", {**SERIES, "value": "DOUBLE", "n": "DOUBLE"}, known)
    nights = [(TODAY - timedelta(days),) for days in (28, 21, 14, 7)]
    warehouse.load("recall_nights", {"on_day": "DATE"}, nights)
    return measured(warehouse, "history_series")


def test_rows_that_go_from_months_long_past_are_not_kept(warehouse: Warehouse) -> None:
    """Of 200 rows of January and February 20 went in four weeks; April is too near to say."""
    known = [remembered(1, 28, 100), remembered(2, 28, 100), remembered(2, 7, 80)]
    found = past(warehouse, [month(1, 100), month(2, 80), month(4, 3)], known)
    assert found == {"month_01": 100, "month_02": 80, "kept": 0.9}


def test_a_month_that_was_not_known_four_weeks_ago_is_not_held_against_it(warehouse: Warehouse) -> None:
    known = [remembered(1, 28, 100), remembered(2, 28, None), remembered(2, 14, 70)]
    assert past(warehouse, [month(1, 100), month(2, 80)], known)["kept"] == 1


def test_the_same_month_of_the_year_before_is_another_one(warehouse: Warehouse) -> None:
    assert "kept" not in past(warehouse, [month(1, 100)], [remembered(1, 300, 50)])


# --- children and their parents


def families(warehouse: Warehouse, shift: int) -> dict[str, float]:
    """Forty children who left with a parent from one address; each has the parent of the one so many places on."""
    at = range(40)
    persons = [
        (f"c{n}", f"p{(n + shift) % 40}", None, date(2012, 1, 1 + n // 4), date(2012, 1, 1 + n // 4)) for n in at
    ]
    people = {"person_id": "VARCHAR", "parent1_id": "VARCHAR", "parent2_id": "VARCHAR"}
    born = {"birth_earliest_on": "DATE", "birth_latest_on": "DATE"}
    warehouse.load("stage_persons", {**people, **born}, persons)
    warehouse.load("stage_children", {"person_id": "VARCHAR"}, [(f"c{n}",) for n in at])
    rows = [(f"{who}{n}", day, address) for n in at for who in "cp" for day, address in ((f"2026{n}", None), (None, n))]
    columns = {"person_id": "VARCHAR", "departure_date": "VARCHAR", "address_id": "INTEGER"}
    warehouse.load("stage_residences", columns, rows)
    return measured(warehouse, "child_series")


def test_families_that_left_together_fit(warehouse: Warehouse) -> None:
    assert families(warehouse, 0) == {
        "parents_known": 1,
        "both_parents": 0,
        "births_by_default": 0.1,
        "left_with_parent": 1,
        "lived_with_parent": 1,
    }


def test_children_with_the_parents_of_another_do_not_fit(warehouse: Warehouse) -> None:
    found = families(warehouse, 1)
    assert (found["parents_known"], found["left_with_parent"], found["lived_with_parent"]) == (1, 0, 0)


# --- lists of a source, and departures that stop


def test_the_lists_of_a_source_are_measured_together(warehouse: Warehouse) -> None:
    counts = dict.fromkeys(("n_rows", "n_ended", "n_newcomers", "n_in_august"), "BIGINT")
    lists = [("school", TODAY - timedelta(2), 100, 5, 0, 40), ("school", TODAY - timedelta(12), 300, 15, 4, 160)]
    warehouse.load("stage_watched_lists", {"source": "VARCHAR", "seen_on": "DATE", **counts}, lists)
    found = measured(warehouse, "supplier_series")
    assert found == {"pupils": 400, "ended": 0.05, "newcomers": 0.01, "in_august": 0.5, "list_age": 7}


@pytest.mark.parametrize(("days_since", "has_stopped"), [(37, False), (38, True)])
def test_departures_stop_when_none_is_recorded_for_longer_than_ever(
    warehouse: Warehouse, days_since: int, has_stopped: bool
) -> None:
    """The longest time without any was twenty days: half as long again, and a week, is 37 days."""
    days = [TODAY - timedelta(days_since + 20 * number) for number in range(10)]
    rows = [(f"{day:%Y%m%d}", f"{day:%Y%m%d}", "I", False, 3) for day in days]
    texts = dict.fromkeys(("departure_date", "recorded_on", "declared_by"), "VARCHAR")
    warehouse.load("stage_departure_counts", {**texts, "is_destination_unknown": "BOOLEAN", "n_rows": "BIGINT"}, rows)
    counts = ("n_rows", "n_unknown_births", "n_incomplete_births", "n_emigrated", "n_suspended_otherwise")
    warehouse.make("stage_watched_municipalities", {"municipality_code": "VARCHAR", **dict.fromkeys(counts, "BIGINT")})
    numbers = (
        "n_rows",
        "n_duplicates",
        "n_confidential",
        "n_orphans",
        "newest_age_days",
        "n_under_inquiry",
        "n_incorrect",
    )
    for table in ("persons", "residences", "enrolments", "traces"):
        warehouse.make(f"stage_profile_{table}", {"table_name": "VARCHAR", **dict.fromkeys(numbers, "BIGINT")})
    warehouse.make("watch_remembered", {**SERIES, "value": "DOUBLE", "n": "DOUBLE"})
    found = measured(warehouse, "register_series", departures_kind="municipality", departures_of="0363")
    assert ("stopped" in found) == has_stopped
