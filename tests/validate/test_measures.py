"""What the register checks judge is measured right: every measure of every profile, exact, in rows of a delivery.

tests/validate/test_canaries.py shows that a check judges its measure; this shows that the measure says what the rows
say. A share stays nothing below 20 offending rows.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from brp_signals import pipeline
from brp_signals.base.warehouse import resource
from brp_signals.delivery.contract import REQUIRED
from brp_signals.steps import recall, validate
from tests.intake.staged import LEFT, TODAY
from tests.reference.rows import address, departure, enrolment, person, trace
from tests.reference.shapes import Row, Settings, Source
from tests.support.deliveries import write_delivery
from tests.support.engine import configuration

pytestmark = pytest.mark.long

BSN = "123456789"
ABSENCE, RESULT = Source("absence", "absence_report", 3660), Source("result", "school_result", 3660)
OLD = date(2019, 9, 1)
#: Tables that are held against the last accepted delivery.
COMPARED = ("persons", "residences", "enrolments")


def rows(n: int) -> dict[str, list[Row]]:
    """A delivery with `n` offending rows of every kind, one of the unreadable ones with a BSN for an id."""
    some, fresh = range(n), TODAY - timedelta(days=3)
    twice = [f"twin {min(number // 2, n // 2 - 1)}" for number in some]
    persons = [
        person("child", date(2014, 5, 1), suspension_reason="E"),
        *(person(f"unknown {number}", "00000000") for number in some),
        *(person(name, date(1950, 1, 1)) for name in twice),
        *(person(f"bad {number}", date(1950, 1, 1), is_confidential="?") for number in some[1:]),
        {**person("", date(1950, 1, 1)), "person_id": BSN},
    ]
    residences = [
        departure("child", 0, LEFT, fresh),
        address("child", 1, date(2020, 1, 1)),
        *(address(f"orphan {number}", 0, OLD) for number in some),
        *(address("child", 2, OLD, is_incorrect="?") for _ in some[1:]),
        {**address("", 0, OLD), "person_id": BSN},
    ]
    stale = TODAY - timedelta(days=46)
    enrolments = [
        *(enrolment(f"pupil {number}", OLD, stale, school_id="11AA00") for number in some),
        *(enrolment("child", OLD, TODAY - timedelta(days=40), school_id="22BB00") for _ in range(26)),
        *(enrolment("child", OLD, TODAY - timedelta(days=10), school_id="22BB00") for _ in range(20)),
        *(enrolment("child", OLD, TODAY, education_type="?") for _ in some[1:]),
        {**enrolment("", OLD, TODAY), "person_id": BSN},
    ]
    traces = [
        *(trace("child", "absence_report", OLD + timedelta(days=number % 19), "absence") for number in range(399)),
        trace("child", "absence_report", OLD, "absence"),
        *(trace("child", "school_result", OLD, "result") for _ in range(500)),
        *(trace(f"pupil {number}", "school_result", OLD, "result") for number in some),
        *(trace("child", "leave", OLD, "nobody") for _ in some),
        *(trace("child", "school_result", OLD, "?") for _ in some[1:]),
        {**trace("", "school_result", OLD, "result"), "person_id": BSN},
    ]
    return {"persons": persons, "residences": residences, "enrolments": enrolments, "traces": traces}


def expected(n: int, sizes: dict[str, int]) -> dict[str, dict[str, Any]]:
    """The measures that `rows(n)` must give."""

    def share(table: str) -> float:
        return n / sizes[table] if n >= 20 else 0.0

    common = {
        table: {"n_rows": sizes[table], "n_quarantined": n, "n_not_pseudonymised": 1, "n_unreadable_columns": 0}
        for table in REQUIRED
    }
    own: dict[str, dict[str, Any]] = {
        "persons": {
            "n_unknown_births": n,
            "n_duplicates": n,
            "n_children": 1,
            "duplicate_share": share("persons"),
            "unknown_birth_share": share("persons"),
            "n_confidential": 0,
            "n_confidential_before": None,
            "n_secrecy_lost": 0,
        },
        "residences": {
            "n_orphans": n,
            "orphan_share": share("residences"),
            "newest_age_days": 3,
            "n_under_inquiry": 0,
            "n_incorrect": 0,
            "n_departed": 1,
            "n_departed_before": None,
            "n_departures_lost": 0,
        },
        "enrolments": {
            "n_orphans": n,
            "orphan_share": share("enrolments"),
            "n_stale_schools": 1,
            "n_shrunk_schools": 1,
            "n_silent_lists": 0,
        },
        # A result falls on one day for everybody, and once a year; absence does not.
        "traces": {
            "n_orphans": n,
            "n_not_declared": n,
            "n_suspect_sources": 1,
            "n_silent_sources": 0,
            "n_shrunk_sources": 0,
            "n_stale_sources": 1,
        },
    }
    first_night = {"n_rows_before": None, "shrunk_share": 0.0}
    for table in COMPARED:
        own[table] |= first_night
    return {
        table: {"table_name": table, **common[table], "quarantined_share": share(table), **own[table]}
        for table in REQUIRED
    }


def measured(
    tables: dict[str, list[Row]], work: Path, before: dict[str, int] | None = None
) -> dict[str, dict[str, Any]]:
    """The profile of a delivery, after one with `before` rows per table."""
    write_delivery(work / "delivery", tables, TODAY)
    (work / "c.toml").write_text(configuration(Settings(sources=(ABSENCE, RESULT))), encoding="utf-8")
    with pipeline.open_night(
        work / "delivery", state=work / "state", output=work / "output", config=work / "c.toml"
    ) as night:
        for step in ("delivery", "recall"):
            night.run_step(step)
        night.night.warehouse.load("recall_measures", recall.MEASURES, (before or {}).items())
        spoken = [(*name.split("/")[1:], None) for name in before or {} if "/" in name]
        night.night.warehouse.load("recall_sources", recall.SOURCES, spoken)
        night.run_step("stage")
        return {
            table: night.night.warehouse.query(f"SELECT * FROM stage_profile_{table}", "profile")[0]
            for table in REQUIRED
        }


@pytest.mark.parametrize("n", [19, 20])
def test_every_measure_is_exact(n: int, tmp_path: Path) -> None:
    tables = rows(n)
    found = measured(tables, tmp_path)
    wanted = expected(n, {table: len(content) for table, content in tables.items()})
    for table in REQUIRED:
        assert {name: float(value) if name.endswith("share") else value for name, value in found[table].items()} == (
            pytest.approx(wanted[table])
        )


@pytest.mark.parametrize("table", COMPARED)
@pytest.mark.parametrize(("factor", "wanted"), [(1, 0.0), (2, 0.5), (4, 0.75), (0.5, 0.0)])
def test_a_delivery_is_held_against_the_last_accepted_one(
    table: str, factor: float, wanted: float, tmp_path: Path
) -> None:
    tables = rows(20)
    n_before = int(len(tables[table]) * factor)
    profile = measured(tables, tmp_path, {table: n_before})[table]
    assert (profile["n_rows_before"], float(profile["shrunk_share"])) == (n_before, pytest.approx(wanted))


def test_fewer_than_twenty_rows_are_not_compared(tmp_path: Path) -> None:
    few = {name: content[:5] for name, content in rows(20).items()}
    assert measured(few, tmp_path / "19", {"persons": 19})["persons"]["shrunk_share"] == 0
    assert measured(few, tmp_path / "20", {"persons": 20})["persons"]["shrunk_share"] == 0.75


@pytest.mark.parametrize(
    ("before", "now", "lost"),
    [
        (25, 20, 0),
        (25, 21, 0),
        (25, 19, 1),
        (24, 19, 1),
        (10, 6, 0),
        (10, 5, 1),
        (4, 1, 0),
        (1, 0, 1),
        (0, 0, 0),
        (5, 9, 0),
    ],
)
def test_secrecy_may_not_fall_far_or_to_none(before: int, now: int, lost: int, tmp_path: Path) -> None:
    tables = rows(1)
    tables["persons"] += [person(f"hidden {number}", date(1950, 1, 1), is_confidential="1") for number in range(now)]
    assert measured(tables, tmp_path, {"confidential": before})["persons"]["n_secrecy_lost"] == lost


@pytest.mark.parametrize(
    ("before", "now", "lost"), [(25, 20, 0), (25, 19, 1), (10, 6, 0), (10, 5, 1), (5, 1, 0), (5, 9, 0)]
)
@pytest.mark.parametrize("spoilt", [{"departure_date": ""}, {"departure_date": "20620302"}, {"is_incorrect": "1"}])
def test_departures_may_not_fall_far(before: int, now: int, lost: int, spoilt: dict[str, str], tmp_path: Path) -> None:
    tables = rows(1)
    # The child of `rows` left as well.
    names = [f"left {number}" for number in range(before - 1)]
    tables["persons"] += [person(name, date(2014, 5, 1)) for name in names]
    tables["residences"] += [
        left | (spoilt if number >= now - 1 else {})
        for number, left in enumerate(departure(name, 0, LEFT) for name in names)
    ]
    profile = measured(tables, tmp_path, {"departed": before})["residences"]
    assert (profile["n_departed"], profile["n_departures_lost"]) == (min(now, before), lost)


@pytest.mark.parametrize(
    ("before", "silent", "shrunk"),
    [
        ({"absence_report/absence": 800, "school_result/result": 1040}, 0, 0),
        ({"absence_report/absence": 801, "school_result/result": 10}, 0, 1),
        ({"absence_report/absence": 9, "school_result/result": 2000}, 0, 1),
        ({"leave/nobody": 30}, 0, 0),
    ],
)
def test_every_source_is_held_against_what_it_delivered(
    before: dict[str, int], silent: int, shrunk: int, tmp_path: Path
) -> None:
    found = measured(rows(20), tmp_path, {f"traces/{name}": number for name, number in before.items()})["traces"]
    assert (found["n_silent_sources"], found["n_shrunk_sources"]) == (silent, shrunk)


def test_a_source_without_a_usable_row_is_silent_and_not_shrunk(tmp_path: Path) -> None:
    tables = rows(1)
    tables["traces"] = [
        trace("child", "school_result", OLD, "renamed"),
        trace("child", "absence_report", OLD, "absence"),
    ]
    before = {"traces/absence_report/absence": 1, "traces/school_result/result": 900}
    found = measured(tables, tmp_path, before)["traces"]
    assert (found["n_silent_sources"], found["n_shrunk_sources"], found["n_stale_sources"]) == (1, 0, 0)


def test_every_register_check_judges_a_measure_that_is_tested() -> None:
    measures = expected(20, dict.fromkeys(REQUIRED, 100))
    for check in validate.load_checks(resource("expectations")):
        if check.is_register_check:
            assert check.kwargs["column"] in measures[check.table.removeprefix("stage_profile_")]


def test_a_small_day_or_a_small_source_is_not_suspect(tmp_path: Path) -> None:
    tables = rows(20)
    tables["traces"] = [
        trace("child", "absence_report", OLD + timedelta(days=number % 20), "absence") for number in range(400)
    ]
    assert measured(tables, tmp_path / "even")["traces"]["n_suspect_sources"] == 0
    tables["traces"] = [trace("child", "absence_report", OLD, "absence") for _ in range(399)]
    assert measured(tables, tmp_path / "few")["traces"]["n_suspect_sources"] == 0


def test_a_verdict_that_its_own_count_contradicts_stops_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever way it goes: good data called bad, and bad data called good."""
    from brp_signals.base.errors import InternalFailure
    from brp_signals.steps import judging

    def satisfied(_: Path, suites: list[judging.Suite], *_given: object) -> dict[str, bool]:
        return {item["meta"]["check"]: True for suite in suites for item in suite.expectations}

    monkeypatch.setattr(judging, "judge", satisfied)
    write_delivery(tmp_path / "delivery", rows(20), TODAY)
    with pipeline.open_night(tmp_path / "delivery", state=tmp_path / "state", output=tmp_path / "output") as night:
        for step in ("delivery", "recall", "stage"):
            night.run_step(step)
        with pytest.raises(InternalFailure, match="its own count contradicts"):
            night.run_step("validate")
