"""Consecutive deliveries of one town: departures stay where they were, and each night brings its own news."""

import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from brp_signals.base.errors import UsageProblem
from brp_signals.sample import write_sample
from tests.reference.shapes import Row
from tests.sample.test_sample import earliest, judged, outcome, read, written
from tests.support.unjudged import run_unjudged

pytestmark = pytest.mark.long

LAST, NIGHTS = date(2026, 11, 20), 6


def town_of(folder: Path, **arguments: Any) -> Path:
    """The folder with the deliveries of some nights."""
    write_sample(folder / "town", **{"departure_factor": 20, "nights": NIGHTS, **arguments})
    return folder / "town"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six nights of the town of the committed sample."""
    return town_of(tmp_path_factory.mktemp("nights"))


def everything(town: Path) -> dict[str, bytes]:
    """All bytes of all nights and of what lies beside them."""
    return {str(path.relative_to(town.parent)): path.read_bytes() for path in town.parent.rglob("*") if path.is_file()}


def news_of(town: Path) -> list[Row]:
    """What the nights brought."""
    return read(town.with_name("town.news.csv"))


def departures(folder: Path) -> set[tuple[str, str]]:
    """Who departed when, according to a delivery."""
    rows = read(folder / "residences.csv")
    return {(row["person_id"], row["departure_date"]) for row in rows if row["departure_date"]}


def test_every_night_has_a_folder_of_its_date_and_the_last_is_the_reference_date(town: Path) -> None:
    days = [LAST - timedelta(days=NIGHTS - 1 - number) for number in range(NIGHTS)]
    assert sorted(path.name for path in town.iterdir()) == [str(day) for day in days]
    for day in days:
        manifest = json.loads((town / str(day) / "manifest.json").read_text(encoding="utf-8"))
        assert (manifest["reference_date"], manifest["delivery_id"]) == (str(day), f"{day}-0363")


def test_one_night_is_the_sample_of_always(tmp_path: Path) -> None:
    write_sample(tmp_path / "with", 900, 7, departure_factor=20, nights=1)
    write_sample(tmp_path / "without", 900, 7, departure_factor=20)
    assert list(written(tmp_path / "with").values()) == list(written(tmp_path / "without").values())
    assert not (tmp_path / "with.news.csv").exists()


def test_the_first_night_is_the_sample_of_its_day(town: Path, tmp_path: Path) -> None:
    first = LAST - timedelta(days=NIGHTS - 1)
    alone = write_sample(tmp_path / "alone", reference_date=first, departure_factor=20).delivery
    for path in alone.iterdir():
        assert (town / str(first) / path.name).read_bytes() == path.read_bytes()


def test_the_same_seed_gives_the_same_nights_and_another_one_others(tmp_path: Path) -> None:
    small = {"persons": 900, "nights": 3}
    one, two, other = (town_of(tmp_path / str(number), seed=seed, **small) for number, seed in enumerate((1, 1, 2)))
    assert everything(one) == everything(two) != everything(other)


def test_departures_and_all_else_stay_where_they_were(town: Path) -> None:
    for before, after in pairwise(sorted(town.iterdir())):
        assert departures(before) < departures(after)
        for table in ("persons", "traces"):
            earlier, later = (
                (night / f"{table}.csv").read_text(encoding="utf-8").splitlines() for night in (before, after)
            )
            assert len(set(earlier) - set(later)) <= 8, table


def test_each_night_something_is_new(town: Path) -> None:
    news = news_of(town)
    nights = sorted(path.name for path in town.iterdir())[1:]
    told = {night: {row["what_happened"] for row in news if row["night"] == night} for night in nights}
    assert all(
        "vertrokken" in kinds and any("teken" in kind or "weer-op" in kind for kind in kinds) for kinds in told.values()
    )
    assert "weer-ingeschreven" in told[nights[0]]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("last", [LAST, date(2026, 8, 4)])
def test_truth_and_news_say_what_the_rules_come_to_each_night(tmp_path: Path, seed: int, last: date) -> None:
    town = town_of(tmp_path, seed=seed, reference_date=last, persons=3000)
    expected = {
        (row["person_id"], row["departed_on"]): row["expected"].replace("not_judged", "none")
        for row in read(town.with_name("town.truth.csv"))
    }
    for folder in sorted(town.iterdir()):
        tonight = [row for row in news_of(town) if row["night"] == folder.name]
        expected |= {(row["person_id"], row["departed_on"]): row["expected"] for row in tonight}
        children = [{"person_id": person} for person, _ in expected]
        configuration = town.with_name("town.brp-signals.toml")
        result = judged(folder, configuration, children, date.fromisoformat(folder.name))
        cases = {(case["person_id"], case["departed_on"]): case for case in result.cases}
        found = {key: outcome(cases.pop((key[0], earliest(key[1])), None)) for key in expected}
        assert found == expected
        assert not cases


def flow_of(town: Path, folder: Path) -> dict[str, Any]:
    """The account of one night, run on the state of the nights before."""
    config, home = town.with_name("town.brp-signals.toml"), town.parent
    return run_unjudged(folder, state=home / "state", output=home / "output", config=config)


def test_run_one_after_the_other_most_cases_stay_some_come_and_some_end(town: Path) -> None:
    nights = sorted(town.iterdir())
    accounts = [flow_of(town, folder) for folder in nights]
    # That the lists of three schools are stale is a story of the sample; nothing else strikes.
    alarms = [text for account in accounts for text in account["alarms"]]
    assert [text for text in alarms if not text.startswith("Schoollijst verouderd (K-10)")] == []
    news = news_of(town)
    for folder, account in list(zip(nights, accounts, strict=True))[1:]:
        flow = account["cases"]["flow"]
        ended = {
            (row["person_id"], row["departed_on"])
            for row in news
            if row["night"] == folder.name and row["what_happened"] in ("weer-ingeschreven", "alsnog-uitgeschreven")
        }
        assert flow["after"]["resolved"] <= len(ended)
        assert flow["came_in"] >= 1
        assert flow["after"]["ongoing"] >= 0.8 * flow["listed_before"]
    assert sum(account["cases"]["flow"]["after"]["resolved"] for account in accounts) >= NIGHTS // 2


def test_a_year_of_nights_passes_through_a_new_school_year(tmp_path: Path) -> None:
    town = town_of(tmp_path, persons=400, departure_factor=1, nights=366)
    nights = sorted(town.iterdir())
    assert len(nights) == 366
    started = {row["enrolled_on"] for row in read(nights[-1] / "enrolments.csv")}
    assert "2026-08-01" in started
    newest = max(row["seen_on"] for row in read(nights[-1] / "enrolments.csv") if row["seen_on"] <= "2026-11-20")
    assert newest > "2026-10-20"


def test_earlier_nights_are_replaced_and_anything_else_is_left_alone(tmp_path: Path) -> None:
    small = {"persons": 900, "nights": 2}
    home = tmp_path / "home"
    town = town_of(home, seed=1, **small)
    town_of(home, seed=2, **small)
    assert everything(town) == everything(town_of(tmp_path / "other", seed=2, **small))
    with pytest.raises(UsageProblem, match="choose another folder"):
        town_of(home, seed=2, persons=900, nights=1)
    (town / "diary.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageProblem, match="choose another folder"):
        town_of(home, seed=2, **small)
