"""The benchmark of alarms: a town that is as it says, changes that change what they say and nothing else."""

import itertools
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from benchmarks.watch.calendar import NIGHTS, WARM_UP, in_holidays, night
from benchmarks.watch.change import STRENGTHS, Change, Moment, choose_schools
from benchmarks.watch.changes import CHANGES
from benchmarks.watch.changes_of_lists import CHANGES as OF_LISTS
from benchmarks.watch.changes_of_register import CHANGES as OF_REGISTER
from benchmarks.watch.nights import Alarm, Seen
from benchmarks.watch.report import missed, table
from benchmarks.watch.rivals import FixedLimits, Learned
from benchmarks.watch.scoring import Outcome, names_one
from benchmarks.watch.town import Tables, Town
from brp_signals.delivery.contract import REQUIRED

#: A night in term on which the national list of schools is new, so that every kind of change can begin.
NIGHT = 23


@pytest.fixture(scope="module")
def town() -> Town:
    return Town(1)


@pytest.fixture(scope="module")
def tables(town: Town) -> Tables:
    return town.tables(night(NIGHT))


def test_the_same_seed_gives_the_same_town(town: Town, tables: Tables) -> None:
    again, other = Town(1).tables(night(NIGHT)), Town(2).tables(night(NIGHT))
    for name in REQUIRED:
        assert tables[name].equals(again[name])
        assert not tables[name].equals(other[name])


def test_the_town_has_the_size_that_it_says(town: Town, tables: Tables) -> None:
    assert 19_000 < len(tables["persons"]) < 23_000
    assert len(town.schools) == 40
    sizes = tables["enrolments"].group_by("school_id", "education_type").len()
    primary, secondary = (
        sizes.filter((pl.col("education_type") == kind) & (pl.col("len") > 20))["len"] for kind in ("PO", "VO")
    )
    assert all(40 < size < 500 for size in primary)
    assert all(400 < size < 1600 for size in secondary)
    left = tables["residences"].filter(pl.col("departure_date") >= f"{night(NIGHT) - timedelta(365):%Y%m%d}")
    assert 0.006 < len(left) / len(tables["persons"]) < 0.018


@pytest.mark.parametrize("number", [0, 30, NIGHTS - 1])
def test_a_night_has_the_columns_of_the_contract_and_knows_nothing_of_later(town: Town, number: int) -> None:
    day = night(number)
    known = town.tables(day)
    assert {name: tuple(rows.columns) for name, rows in known.items()} == REQUIRED
    recorded = [text for text in known["residences"]["recorded_on"] if not text.endswith("40")]
    assert max(recorded) <= f"{day:%Y%m%d}"
    assert max(known["enrolments"]["seen_on"]) < day.isoformat()
    newest = known["residences"].filter(pl.col("seq") == "0")
    assert newest["person_id"].is_unique().all()
    gone = newest.filter(pl.col("departure_date").is_not_null())["person_id"]
    suspended = known["persons"].filter(pl.col("suspension_reason") == "E")["person_id"]
    assert set(suspended) <= set(gone)


def test_summer_is_quiet_and_a_school_year_begins_after_it(town: Town) -> None:
    before, during, after = (
        town.tables(day)["enrolments"] for day in (date(2025, 7, 21), date(2025, 8, 18), date(2025, 9, 22))
    )
    of_schools = pl.col("source") == "school"
    assert before.filter(of_schools)["seen_on"].max() == during.filter(of_schools)["seen_on"].max()
    came = after.filter(pl.col("enrolled_on") == "2025-08-01").group_by("education_type").len()
    newcomers = dict(came.iter_rows())
    of_all = dict(after.group_by("education_type").len().iter_rows())
    assert newcomers["VO"] / of_all["VO"] > 0.15
    left = before.filter(pl.col("education_type") == "PO").join(
        after.filter(pl.col("education_type") == "PO"), on="person_id", how="anti"
    )
    assert 0.09 < len(left) / len(before.filter(pl.col("education_type") == "PO")) < 0.2
    absences = town.traces.filter(pl.col("source_code") == "verzuim")["happened"].to_numpy()
    assert not in_holidays(absences).any()


def moment_of(change: Change, strength: int, town: Town) -> Moment:
    day = night(NIGHT)
    schools = choose_schools(change, town, day, strength, 1)
    assert schools is not None, f"{change.code} finds no school"
    return Moment(town, day, day, change.values[strength], schools)


def changed_rows(before: pl.DataFrame, after: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that are gone or fewer, and rows that came or are more."""
    counted = [rows.group_by(rows.columns).len() for rows in (before, after)]
    on = [*before.columns, "len"]
    return tuple(one.join(other, on=on, how="anti", nulls_equal=True) for one, other in itertools.permutations(counted))  # type: ignore[return-value]


def part_of(change: Change) -> set[str]:
    if change in OF_LISTS:
        return {"enrolments"}
    return {"persons", "residences"} if change in OF_REGISTER else {"traces"}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.code)
def test_a_change_changes_what_it_says_and_nothing_else(change: Change, town: Town, tables: Tables) -> None:
    sizes = []
    for strength in range(len(STRENGTHS)):
        moment = moment_of(change, strength, town)
        changed = change.apply(tables, moment)
        touched = {name for name in REQUIRED if not tables[name].equals(changed[name])}
        assert touched <= part_of(change)
        assert all(changed[name].schema == tables[name].schema for name in REQUIRED)
        rows = [changed_rows(tables[name], changed[name]) for name in touched]
        sizes.append(sum(len(gone) + len(came) for gone, came in rows))
        if moment.schools:
            own = {school.school_id for school in moment.schools}
            gone_of = {name for gone, _ in rows for name in gone["school_id"]}
            assert gone_of <= own or change.values[strength] == "all"
        assert change.finds(moment)
    # What repeats an old list in term may find it unchanged on its first night.
    if change.code != "list-frozen":
        assert sizes[-1] > 0
    if not change.by_size and change.school_like is None:
        assert sizes[0] <= 1.1 * sizes[-1]


def test_a_slow_change_grows_with_the_weeks(town: Town) -> None:
    slow = [change for change in CHANGES if change.is_slow]
    assert len(slow) >= 10
    for change in slow:
        began = night(NIGHT)
        schools = choose_schools(change, town, began, 1, 1)
        assert schools is not None
        harms = [
            change.harm(Moment(town, began + timedelta(weeks=weeks), began, change.values[1], schools))  # type: ignore[misc]
            for weeks in range(12)
        ]
        assert harms == sorted(harms)
        assert harms[-1] > harms[0]


def test_there_are_enough_kinds_and_each_has_its_own_name() -> None:
    assert len(CHANGES) >= 37
    assert len({change.code for change in CHANGES}) == len(CHANGES)


def points(**values: float) -> pl.DataFrame:
    """Series of schools, the number of pupils of each."""
    return pl.DataFrame(
        {
            "subject_kind": "school",
            "subject": list(values),
            "source": "school",
            "measure": "pupils",
            "unit": "count",
            "value": list(values.values()),
        }
    )


def test_fixed_limits_name_who_moved_far_or_is_gone() -> None:
    alarmed = FixedLimits().alarmed(points(A=100, B=100, C=100), points(A=79, B=90))
    assert alarmed == {("school", "A"), ("school", "C")}


def test_novelty_detectors_learn_what_is_ordinary() -> None:
    names = [f"S{at}" for at in range(10)]
    weeks = [points(**{name: 100 + (at * 7 + week * 3) % 5 for at, name in enumerate(names)}) for week in range(12)]
    strange = weeks[-1].with_columns(value=pl.when(pl.col("subject") == "S3").then(20.0).otherwise("value"))
    for kind in ("IsolationForest", "LocalOutlierFactor"):
        assert Learned(kind, weeks[:-1]).alarmed(weeks[-2], weeks[-1]) == frozenset()
    assert Learned("LocalOutlierFactor", weeks[:-1]).alarmed(weeks[-2], strange) == {("school", "S3")}


def outcome(**given: Any) -> Outcome:
    values = {
        "code": "x",
        "what": "a thing",
        "is_slow": False,
        "strength": "weak",
        "value": "1",
        "seed": 1,
        "began": "2025-05-05",
    }
    return Outcome(**{**values, "schools": (), **given})


def test_an_alarm_about_many_names_each_of_them() -> None:
    alarm = Alarm("level", ("table", "enrolments"), "", "pupils", True, "", frozenset({("school", "91AA00")}))
    assert names_one(alarm, frozenset({("school", "91AA00")}))
    assert not names_one(alarm, frozenset({("school", "91AB00")}))
    assert Seen(date(2025, 5, 5), (alarm,), points()).keys == {(("table", "enrolments"), "pupils")}


def test_the_table_tells_shares_and_what_was_missed() -> None:
    found = outcome(found={"watch": 0}, in_time={"watch": True}, others={"watch": 0})
    lost = outcome(found={"watch": None}, in_time={"watch": False}, others={"watch": 2})
    text = table([found, lost], [{"watch": ["a"] * 7}])
    assert "| watch | 50 % | – | 0 (0) | 7.0 | 1.00 |" in text
    assert "| x | a thing | 1/2 (1) | – | – | 0 |" in text
    assert missed([found, lost], [{"watch": ["a"] * 7}]) == [
        "50 % of the abrupt changes were found in time",
        "7.0 false alarms a year",
    ]
    assert WARM_UP < NIGHTS
