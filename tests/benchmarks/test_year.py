"""The year of nights tells no night more than that day could know, and notices a flow that does not add up."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from benchmarks import year
from brp_signals.sample.writer import SAMPLE_DATE

pytestmark = pytest.mark.long

AFTER = dict.fromkeys(("new", "ongoing", "changed", "suppressed", "resolved", "lapsed", "closed"), 0)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> year.Town:
    return year.make_town(tmp_path_factory.mktemp("town"))


def newest_day(days: pl.Series) -> str:
    return max(days.drop_nulls().to_list())


@pytest.mark.parametrize("days_ago", [0, 200, 364])
def test_a_night_knows_nothing_of_later(town: year.Town, days_ago: int) -> None:
    day = SAMPLE_DATE - timedelta(days_ago)
    known = town.known_on(day)
    assert newest_day(known["residences"]["recorded_on"]) <= f"{day:%Y%m%d}"
    assert newest_day(known["enrolments"]["seen_on"]) <= day.isoformat()
    assert newest_day(known["traces"]["event_on"]) <= day.isoformat()
    newest = known["residences"].filter(pl.col("seq") == "0")
    assert len(newest) == newest["person_id"].n_unique()
    assert set(known["persons"]["person_id"]) <= set(newest["person_id"])
    suspended = known["persons"].filter(pl.col("suspension_reason") == "E")["person_id"]
    left = newest.filter(pl.col("departure_date").is_not_null())["person_id"]
    assert set(suspended) <= set(left)


def test_children_leave_in_the_course_of_the_year(town: year.Town) -> None:
    first, last = (town.known_on(SAMPLE_DATE - timedelta(days))["persons"] for days in (364, 0))
    gone = [set(known.filter(pl.col("suspension_reason") == "E")["person_id"]) for known in (first, last)]
    assert len(gone[1] - gone[0]) > 50


def test_a_flow_that_does_not_add_up_is_counted() -> None:
    flow = {"listed_before": 0, "suppressed_before": 0, "came_in": 1, "came_back": 0, "after": AFTER | {"new": 1}}
    first = year.Night(1.0, 1, 1, flow)
    second = replace(first, flow=flow | {"listed_before": 1, "came_in": 0, "after": AFTER | {"ongoing": 1}})
    lost = replace(first, flow=flow | {"came_in": 0, "after": AFTER})
    assert year.unexplained([first, second]) == 0
    assert year.unexplained([first, second, lost]) == 1


def test_the_table_names_what_grew() -> None:
    flow = {"listed_before": 0, "suppressed_before": 0, "came_in": 0, "came_back": 0, "after": AFTER}
    nights = [year.Night(1.0 + number / 365, 1000 + 10 * number, 0, flow) for number in range(365)]
    table, missed = year.report(nights)
    assert "**1.74**" in table
    assert len(missed) == 2
