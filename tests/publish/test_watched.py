"""What nights leave of the watch: a page and a table of series that agree, and in which nobody can be counted."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars
import pytest

from brp_signals.base.warehouse import Warehouse
from brp_signals.publish import watch_words
from brp_signals.publish.watch_meanings import MEANINGS
from brp_signals.publish.watch_values import UNITS, shown
from tests.ledger.nights import NONE, Nights, child
from tests.support.html_tree import Element, tree

FIRST = date(2026, 6, 1)
PUPILS = [{"child": f"pupil {number}", "left": NONE, "enrolled": "2024-08-19"} for number in range(60)]


def page_of(nights: Nights) -> Element:
    return tree((nights.output / "latest/watch.html").read_text(encoding="utf-8"))


def series_of(nights: Nights) -> polars.DataFrame:
    return polars.read_parquet(nights.output / "latest/watch_series.parquet")


def night(nights: Nights, day: int, n_pupils: int) -> dict[str, Any]:
    """A night on which a school lists so many pupils, and one child who left and was reported absent."""
    today = FIRST + timedelta(days=day)
    listed = [{**pupil, "enrolled": f"2024-08-19 at A seen {today}"} for pupil in PUPILS[:n_pupils]]
    nights.deliver(today, [child(), *listed])
    return nights.run()


@pytest.fixture(scope="module")
def halved(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """Four nights on which a school has all pupils, and one on which it has half of them."""
    nights = Nights(tmp_path_factory.mktemp("halved"))
    for day in range(4):
        night(nights, day, 60)
    night(nights, 4, 30)
    return nights


def test_half_a_list_is_told_on_top_and_drawn(halved: Nights) -> None:
    html = page_of(halved)
    first = html.one("ol", class_="alarms").all("li")[0]
    (part,) = html.all(id=first.one("a").attributes["href"].removeprefix("#"))
    assert first.one("span", class_="badge a").text == "houdt zaken vast"
    caption = part.all("figcaption")[0].text
    assert caption.startswith("Aantal leerlingen op de lijst: 30 (lager dan gebruikelijk: ")
    assert caption.endswith(f"melding sinds {(FIRST + timedelta(days=4)):%d-%m-%Y}")


def test_the_series_are_for_other_programs_too(halved: Nights) -> None:
    frame = series_of(halved)
    pupils = frame.filter(polars.col("measure") == "pupils")
    assert pupils["on_day"].to_list() == [FIRST + timedelta(days=day) for day in range(5)]
    assert pupils["value"].to_list() == [60, 60, 60, 60, 30]
    assert set(frame["measure"]) & {"secrecy", "sum_of_days"} == set()
    assert not frame.filter(polars.col("unit").is_in(["count", "faults"]) & polars.col("value").is_between(1, 4)).height


def test_the_same_night_again_leaves_the_same_bytes(halved: Nights, tmp_path: Path) -> None:
    again = halved.copy(tmp_path)
    names = ("watch.html", "watch_series.parquet")
    before = [(again.output / "latest" / name).read_bytes() for name in names]
    account = again.run()
    assert [(again.output / "latest" / name).read_bytes() for name in names] == before
    assert set(names) <= set(account["hashes"]["outputs"])


def test_what_people_decided_is_counted_by_week(halved: Nights, tmp_path: Path) -> None:
    nights = halved.copy(tmp_path)
    before = nights.run()["work"]
    (case_id,) = polars.read_csv(nights.output / "latest/signals.csv")["case_id"]
    assert before["open"] == 1
    assert [week["n_cases"] for week in before["handled"]] == [0] * 8
    nights.decide(case_id, "X-VERKLAARD 2026-06-02")
    nights.decide(case_id, "X-VERKLAARD 2026-06-03")
    work = nights.run()["work"]
    assert [week["n_cases"] for week in work["handled"]] == [0] * 7 + [1]
    assert work["handled"][-1]["from_on"] == "2026-06-01"
    assert "minder dan 5 deze week afgehandeld" in page_of(nights).one("ul", class_="figures").text


def test_a_few_do_not_follow_from_what_the_others_are(tmp_path: Path) -> None:
    """Of 100 rows 61 have one code, 37 another and 2 a third: the first two are told as multiples of five."""
    key = dict.fromkeys(("subject_kind", "subject", "source", "measure"), "VARCHAR")
    columns = {"position": "INTEGER", **key, "seen_on": "DATE", "value": "DOUBLE", "n": "DOUBLE"}
    shares = {"A": 0.61, "I": 0.37, "P": 0.02}
    rows = [
        (place, "code", "residences.declared_by", code, "share", FIRST, share, 100)
        for place, (code, share) in enumerate(shares.items())
    ]
    with Warehouse(tmp_path) as warehouse:
        warehouse.create("watch_measures", "watch/measures.sql")
        warehouse.load("watch_series", columns, rows)
        warehouse.load("watch_bands", {"position": "INTEGER", "usual": "DOUBLE", "noise": "DOUBLE"}, [])
        warehouse.make("watch_remembered", {**key, "on_day": "DATE", "value": "DOUBLE", "n": "DOUBLE"})
        warehouse.create("watch_points", "watch/points.sql", reference_date=FIRST)
        told = {row["source"]: row["value"] for row in warehouse.fetch("watch/protected.sql")}
    assert told == {"A": 0.6, "I": 0.35, "P": None}


# --- the table and the page hide the same


def values() -> Iterator[tuple[str, float | None, float | None, float | None, float | None]]:
    """Values with their band and of how many they are, at and around every bound."""
    for unit in UNITS:
        for n in (None, 10.0, 40.0):
            whole = (n or 40.0) if unit == "share" else 1.0
            for few in range(11):
                for off in (few, 40 - few):
                    yield unit, off / whole if unit != "share" or off <= whole else None, None, None, n
                    yield unit, None, (few - 7) / whole, (few + 7.25) / whole, n


def test_the_table_hides_what_the_page_hides(tmp_path: Path) -> None:
    columns = {"unit": "VARCHAR", "value": "DOUBLE", "lower": "DOUBLE", "upper": "DOUBLE", "n": "DOUBLE"}
    named = dict.fromkeys(("subject_kind", "subject", "source", "measure"), "VARCHAR")
    rows = sorted(set(values()), key=str)
    days = [FIRST + timedelta(days=number) for number in range(len(rows))]
    with Warehouse(tmp_path) as warehouse:
        warehouse.load(
            "watch_points",
            {**named, **columns, "on_day": "DATE"},
            [("school", "12AB00", "duo", "x", *row, day) for row, day in zip(rows, days, strict=True)],
        )
        table = {row["on_day"]: row for row in warehouse.fetch("watch/protected.sql")}
    n_hidden = 0
    for day, (unit, *numbers) in zip(days, rows, strict=True):
        seen = shown(unit, *numbers)
        told = table.get(day, {"value": None, "lower": None, "upper": None})
        assert told["value"] == pytest.approx(None if seen.is_few else seen.value)
        assert (told["lower"], told["upper"]) == (pytest.approx(seen.lower), pytest.approx(seen.upper))
        n_hidden += seen.is_few
    assert n_hidden > 20


# --- the page says what its measures mean


def test_the_page_says_of_every_measure_it_may_draw_what_it_means(tmp_path: Path) -> None:
    with Warehouse(tmp_path) as warehouse:
        measures = warehouse.fetch("watch/measures.sql")
    drawn = {row["measure"] for row in measures if row["is_told"] and row["unit"] in UNITS}
    assert set(MEANINGS) == drawn
    assert drawn <= set(watch_words.MEASURES)
