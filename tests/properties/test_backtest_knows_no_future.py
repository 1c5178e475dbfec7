"""The backtest of a month shows what a run of that day would have shown: nothing recorded or seen later changes it."""

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from brp_signals.base.dates import add_months
from brp_signals.evaluation.backtest import look_from, opened_for
from brp_signals.steps import rank
from tests.reference.populations import REFERENCE_DATES, SETTINGS, population
from tests.reference.shapes import Delivery, Result, Row
from tests.support.deliveries import write_delivery
from tests.support.engine import configuration, read_result, run_engine

pytestmark = pytest.mark.long

TODAY = REFERENCE_DATES[0]
MONTHS = 14
TABLES = ("persons", "residences", "enrolments", "traces")


def delivered(seed: int) -> Delivery:
    """A population of which some departures were corrected or recorded late, as of today."""
    rng = random.Random(seed)
    whole = population(seed, 60, TODAY)
    rows = [dict(row) for row in whole.residences]
    for row in rows:
        if row.get("departure_date") and rng.random() < 0.3:
            row["recorded_on"] = text(TODAY - timedelta(days=rng.randrange(400)))
        if row.get("departure_date") and row["seq"] != "0" and rng.random() < 0.4:
            row["is_incorrect"] = "1"
    enrolments = [row for row in whole.enrolments if row["seen_on"] <= TODAY.isoformat()]
    return replace(whole, residences=rows, enrolments=enrolments)


def text(day: date) -> str:
    return f"{day:%Y%m%d}"


def cut(delivery: Delivery, day: date) -> Delivery:
    """What a delivery of that day would have held, written without any code of the backtest."""
    until = {source.code: TODAY - timedelta(days=source.retention_days) for source in SETTINGS.sources}
    residences: list[Row] = []
    for _, own in groupby(sorted(delivery.residences, key=_by_person), key=lambda row: row["person_id"]):
        newer: Row | None = None
        for row in own:
            if first_day(row.get("recorded_on", "")) <= text(day):
                residences.append({**row, **_marks_of(row, newer, day)})
            newer = row
    return replace(
        delivery,
        residences=residences,
        enrolments=[row for row in delivery.enrolments if row["seen_on"] <= day.isoformat()],
        traces=[
            row
            for row in delivery.traces
            if until.get(row["source_code"], TODAY).isoformat() <= row["event_on"] <= day.isoformat()
        ],
    )


def _by_person(row: Row) -> Any:
    recorded = first_day(row.get("recorded_on", ""))
    return row["person_id"], int(row["seq"]), -int(recorded or 0)


def first_day(register_date: str) -> str:
    """The first day that a register date may be, as text; nothing for an unknown one."""
    if not register_date or register_date == "00000000":
        return ""
    return register_date[:4] + max(register_date[4:6], "01") + max(register_date[6:], "01")


def _marks_of(row: Row, newer: Row | None, day: date) -> Row:
    """The marks that a row had on that day."""
    own, later = first_day(row.get("recorded_on", "")), first_day((newer or {}).get("recorded_on", ""))
    was_right = row["is_incorrect"] == "1" and later > own and later > text(day)
    began = first_day(row.get("inquiry_from") or "")
    return {
        "is_incorrect": "0" if was_right else row["is_incorrect"],
        "is_under_inquiry": row["is_under_inquiry"] if began and began <= text(day) else "0",
    }


def found(result: Result) -> Any:
    cases = sorted(result.cases, key=lambda case: (case["person_id"], case["departed_on"]))
    return cases, sorted(result.evidence), sorted(result.against)


@pytest.mark.parametrize(("seed", "months"), [(3, (MONTHS, 6)), (11, (4, 1))])
def test_a_month_shows_what_a_run_of_that_day_shows(seed: int, months: tuple[int, ...], tmp_path: Path) -> None:
    whole = delivered(seed)
    write_delivery(tmp_path / "delivery", {t: getattr(whole, t) for t in TABLES}, TODAY, SETTINGS.scope)
    config = tmp_path / "brp-signals.toml"
    config.write_text(configuration(SETTINGS), encoding="utf-8")
    shown = {}
    with opened_for(tmp_path / "delivery", MONTHS, config) as night:
        for back in months:
            day = add_months(TODAY, -back)
            look_from(night, day)
            rank.run(night)
            shown[day] = found(read_result(SimpleNamespace(night=night)))  # type: ignore[arg-type]
    for day, of_month in shown.items():
        assert of_month == found(run_engine(cut(whole, day), day, SETTINGS)), day
    assert sum(case["status"] == "new" for cases, *_ in shown.values() for case in cases) >= 8
    assert any(row not in whole.residences for row in cut(whole, min(shown)).residences), "nothing changed"
