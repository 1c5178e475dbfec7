"""From the real test set to facts and lists: departures, municipalities, lags, and who is listed when.

Expected dates and codes are derived from rvig-gbav-testset-2022.csv (BRP-API/Haal-Centraal-BRP-bevragen, EUPL-1.2).
"""

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from brp_signals import pipeline
from brp_signals.base.dates import add_months, parse_register_date
from brp_signals.evaluation.backtest import backtest
from brp_signals.gateway import pseudonymise
from tests.real.conftest import RealSet
from tests.real.school_list import write_derived_school_list

pytestmark = pytest.mark.real

#: (line, departed earliest, departed latest, recorded, municipality, unknown destination, ex officio, returned on).
EXAMPLES = (
    (734, "2019-04-05", "2019-04-05", "2019-06-07", "1955", True, True, None),
    (1906, "2018-12-30", "2018-12-30", "2019-01-21", "0363", True, True, None),
    (405, "2010-10-01", "2010-10-31", "2011-10-24", "1810", False, False, None),
    (1913, "2008-12-16", "2008-12-16", "2008-12-17", "0718", False, False, None),
    (1144, "2001-05-20", "2001-05-20", "2001-05-21", "0243", False, False, "2004-05-25"),
    (1216, "2012-10-01", "2012-10-01", "2015-08-04", "0518", False, True, "2015-02-08"),
)
COLUMNS = (
    "departed_earliest_on",
    "departed_latest_on",
    "recorded_earliest_on",
    "delivered_municipality_code",
    "is_destination_unknown",
    "is_ex_officio",
    "returned_earliest_on",
)


@pytest.fixture(scope="module")
def departures(real: RealSet, facts: pipeline.OpenNight) -> list[dict[str, Any]]:
    """Every departure of the set, with the line of its person."""
    rows = facts.night.warehouse.query("SELECT * FROM facts_departures ORDER BY departure_id", "facts_departures")
    return [{**row, "line": real.line_of(row["person_id"])} for row in rows]


@pytest.fixture(scope="module")
def emigrations(real: RealSet, departures: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """The departure that stands, of everybody who is suspended for emigration, by line."""
    return {
        row["line"]: row
        for row in departures
        if real.persons[row["line"]].suspension_reason == "E" and not row["is_returned"]
    }


def test_the_row_account_closes(facts: pipeline.OpenNight) -> None:
    tables = facts.night.account["tables"]
    for files in (entry["files"] for entry in tables.values()):
        for file in files:
            assert file["rows_read"] == file["kept"] + file["not_needed"] + file["quarantined"]
    assert tables["persons"]["files"][0]["rows_read"] == 687
    assert tables["residences"]["files"][0]["rows_read"] == 1743
    assert tables["persons"]["files"][0]["quarantined"] == 0  # not for the impossible dates of lines 899 and 1569


def test_every_emigration_has_its_municipality(emigrations: dict[int, dict[str, Any]]) -> None:
    assert len(emigrations) == 56
    assert [line for line, row in emigrations.items() if not row["delivered_municipality_code"]] == []


def test_unknown_destinations(emigrations: dict[int, dict[str, Any]]) -> None:
    assert sorted(line for line, row in emigrations.items() if row["is_destination_unknown"]) == [734, 1906]


def test_lags_from_the_earliest_recording(emigrations: dict[int, dict[str, Any]]) -> None:
    """Line 1247 has no 08.13.20: its lag rests on 08.85.10, so the sheet of formats does not count it."""
    lags = {
        line: (row["recorded_earliest_on"] - row["departed_latest_on"]).days
        for line, row in emigrations.items()
        if row["departed_earliest_on"] == row["departed_latest_on"]
    }
    assert lags.pop(1247) == 2
    assert Counter(lags.values()) == {0: 35, 1: 11, 2: 1, 3: 2, 22: 1, 63: 1}
    assert sorted(line for line, lag in lags.items() if lag > 3) == [734, 1906]


def test_two_were_minor_when_they_left(real: RealSet, emigrations: dict[int, dict[str, Any]]) -> None:
    minors = set()
    for line, row in emigrations.items():
        born = parse_register_date(real.persons[line].birth_date)
        if born is not None and add_months(born.earliest, 18 * 12) > row["departed_latest_on"]:
            minors.add(line)
    assert sorted(minors) == [405, 1913]


def test_eighteen_persons_came_back(departures: list[dict[str, Any]]) -> None:
    assert len({row["line"] for row in departures if row["is_returned"]}) == 18


@pytest.mark.parametrize(("line", "expected"), [(line, expected) for line, *expected in EXAMPLES])
def test_the_departures_of_the_worked_examples(
    departures: list[dict[str, Any]], line: int, expected: list[object]
) -> None:
    found = [row for row in departures if row["line"] == line]
    assert len(found) == 1
    differing = [
        column
        for column, value in zip(COLUMNS, expected, strict=True)
        if (found[0][column].isoformat() if isinstance(found[0][column], date) else found[0][column]) != value
    ]
    assert differing == []


@pytest.mark.parametrize(
    ("day", "line", "municipality"), [(date(2009, 6, 30), 1913, "0718"), (date(2011, 12, 31), 405, "1810")]
)
def test_a_run_lists_exactly_the_child_with_a_sign(
    real: RealSet, tmp_path: Path, day: date, line: int, municipality: str
) -> None:
    pipeline.run(real.delivery, reference_date=day, state=tmp_path / "state", output=tmp_path / "output")
    with (tmp_path / "output" / "latest" / "signals.csv").open(encoding="utf-8", newline="") as stream:
        listed = list(csv.DictReader(stream))
    assert [real.line_of(row["person_id"]) for row in listed] == [line]
    assert [(row["municipality_code"], row["level"]) for row in listed] == [(municipality, "A")]
    assert [row["rule_codes"].split("|")[-1] for row in listed] == ["L-02"]


def test_without_the_signs_nobody_is_listed(register: Path, tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    key_file.touch(mode=0o600)
    key_file.write_text("5a" * 32, encoding="ascii")
    school_list = write_derived_school_list(register, tmp_path, with_signs=False)
    sources = [("gbav", register), ("school-csv", school_list)]
    pseudonymise(sources, key_file, tmp_path / "delivery", date(2009, 6, 30))
    pipeline.run(tmp_path / "delivery", state=tmp_path / "state", output=tmp_path / "output")
    with (tmp_path / "output" / "latest" / "signals.csv").open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 0


def test_a_backtest_of_later_lists_the_same_child(register: Path, tmp_path: Path) -> None:
    """As of the months after the school list that shows it, and as the register tells today it is still open."""
    key_file = tmp_path / "key"
    key_file.touch(mode=0o600)
    key_file.write_text("5a" * 32, encoding="ascii")
    sources = [("gbav", register), ("school-csv", write_derived_school_list(register, tmp_path))]
    pseudonymise(sources, key_file, tmp_path / "delivery", date(2009, 8, 30))
    found = backtest(tmp_path / "delivery", 4)
    listed = [(each.month_on, each.code, each.n, each.hits) for each in found.counts if each.kind == "level"]
    assert listed == [
        (date(2009, 6, 30), "A", 1, 0),
        (date(2009, 7, 30), "A", 1, 0),
        (None, "A", 1, 0),
    ]
