"""What is told of a backtest: counts to the nearest five, every row there, no count that follows, nothing personal."""

import csv
import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from brp_signals.base.config import Configuration
from brp_signals.base.dates import add_months
from brp_signals.evaluation.backtest import CHANCES, Backtest, Counted, Sources
from brp_signals.evaluation.backtest_page import write_page
from brp_signals.evaluation.backtest_told import COLUMNS, changed, told, write_csv

TODAY = date(2026, 1, 15)
MONTHS = tuple(add_months(TODAY, -back) for back in range(6, 0, -1))
#: More than any default: few rules keep a table small.
FEW = Configuration.model_validate({"disabled_rules": ["L-03", "L-05", "M-01", "M-02", "C-01", "C-02", "C-03"]})


def counted(month_on: date | None, kind: str, code: str, n: int, hits: int = 0, days: int | None = None) -> Counted:
    """A group of which every hit is a return."""
    return Counted(month_on, kind, code, n, hits, 0, hits, 0, days, days, days)


def backtest_of(*counts: Counted, configuration: Configuration = FEW) -> Backtest:
    months = tuple(Sources(day, n_lists=3, has_traces=day > MONTHS[1]) for day in MONTHS)
    return Backtest("2026-01-15-0363", TODAY, configuration, months, counts)


def of_first_month(listed: Counted, *others: Counted, n_strong: int = 0) -> Backtest:
    """Groups of departures that were all listed in the first month and only then, `n_strong` of them at level A."""
    strong = replace(listed, kind="level", code="A", n=n_strong, hits=0, n_returned=0)
    groups = [
        listed,
        strong,
        replace(listed, kind="level", code="B", n=listed.n - n_strong),
        *(replace(listed, kind="from", code=chance) for chance in CHANCES[:2]),
        *(replace(strong, kind="from", code=chance) for chance in CHANCES[2:6]),
        *others,
    ]
    return backtest_of(*groups, *(replace(each, month_on=MONTHS[0]) for each in groups))


#: Sixty departures, all of the first month, half of which came back; forty by L-01, thirty-five of them by it alone.
USUAL = of_first_month(
    counted(None, "listed", "", 61, 32, 92),
    counted(None, "level", "weak", 24, 9, 201),
    counted(None, "level", "B-03", 11, 11, -10),
    counted(None, "rule", "L-01", 40, 22, 92),
    counted(None, "rule", "L-02", 26, 14, 92),
    counted(None, "alone", "L-01", 35, 19, 92),
    counted(None, "against", "C-04", 12, 1, 30),
    counted(None, "kept_off", "C-04", 14, 8, 201),
    n_strong=20,
)


@cache
def usual() -> dict[str, Any]:
    return told(USUAL)


def rows(account: dict[str, Any]) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {(row["month"], row["kind"], row["code"]): row for row in account["rows"]}


def test_counts_are_rounded_and_the_open_ones_are_made_of_these() -> None:
    found = rows(usual())
    listed = found["all", "listed", ""]
    assert (listed["departures"], listed["changed_later"], listed["still_open"]) == (60, 30, 30)
    assert (listed["days_first_quarter"], listed["days_half"], listed["days_third_quarter"]) == (90, 90, 90)
    assert found["all", "alone", "L-01"]["departures"] == 35
    few = found["all", "against", "C-04"]
    assert (few["departures"], few["changed_later"], few["days_half"]) == (10, 0, None), "one day would be one child's"


def test_who_came_back_and_missed_school_has_no_outcome() -> None:
    row = rows(usual())["all", "level", "B-03"]
    assert (row["departures"], row["changed_later"], row["days_half"]) == (10, None, None)


def test_every_group_has_its_row_or_its_absence_would_tell(tmp_path: Path) -> None:
    some, none = rows(usual()), rows(told(backtest_of()))
    assert some.keys() == none.keys()
    assert {month for month, *_ in some} == {"all", *(day.isoformat() for day in MONTHS)}
    one = of_first_month(counted(None, "listed", "", 1), counted(None, "rule", "L-01", 1))
    assert told(one) == told(backtest_of())
    write_csv(tmp_path / "backtest.csv", usual())
    with (tmp_path / "backtest.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    assert tuple(written[0]) == COLUMNS
    assert len(written) == len(some) == (len(MONTHS) + 1) * (1 + 4 + len(CHANCES) + 2 * 4 + 2)


def test_a_table_from_which_a_count_follows_is_not_told(tmp_path: Path) -> None:
    """Four rules told as 0 are 8 at most, and a list that is told as 10 has 8 at least: each is 2."""
    rules = [counted(None, "rule", code, 2) for code in ("L-01", "L-02", "L-04", "L-06")]
    account = told(of_first_month(counted(None, "listed", "", 8), *rules))
    assert {f"{MONTHS[0]}/rule", "all/rule"} <= set(account["untold"])
    assert {row["departures"] for row in account["rows"] if (row["month"], row["kind"]) == ("all", "rule")} == {None}
    assert rows(account)["all", "level", "B"]["departures"] == 10
    write_page(tmp_path / "backtest.html", account)
    assert "staat er niet" in (tmp_path / "backtest.html").read_text(encoding="utf-8")


def test_a_count_that_follows_from_the_months_is_seen() -> None:
    """Four months told as 0 hold 8 at most, and all of them together are told as 10, so 8 at least: each holds 2."""
    four = tuple(Sources(day, 0, has_traces=False) for day in MONTHS[:4])
    found = backtest_of(*(counted(day, "level", "weak", 2) for day in MONTHS[:4]), counted(None, "level", "weak", 8))
    untold = told(replace(found, months=four))["untold"]
    assert len(untold) == 1 and untold[0].endswith("/weak")
    assert told(found)["untold"] == [], "six months may hold more"


def test_months_ripen_when_most_outcomes_have_come() -> None:
    ripe = [month["is_ripe"] for month in usual()["months"]]
    assert ripe == [True, True, True, False, False, False], "120 days at least"
    slow = replace(USUAL, counts=tuple(replace(each, days_third_quarter=172) for each in USUAL.counts))
    assert told(slow)["ripe_days"] == 170
    assert [month["is_ripe"] for month in told(slow)["months"]] == [True, False, False, False, False, False]


def test_it_says_what_the_configuration_decides_otherwise() -> None:
    assert changed(Configuration()) == []
    chosen = Configuration.model_validate(
        {
            "levels": {"b": 0.2},
            "grace_days": {"L-01": 20},
            "alerts": {"no_delivery_days": 9},
            "sources": [{"code": "toets", "kind": "school_result", "legal_basis": "Wet", "retention_days": 9}],
        }
    )
    keys = {row["key"]: (row["value"], row["default"]) for row in changed(chosen)}
    assert keys["levels.b"] == ("0.2", "0.1")
    assert keys["grace_days.l_01"] == ("20", "30")
    assert keys["sources"] == ("toets", "")
    assert not any(key.startswith("alerts") for key in keys)


@pytest.fixture
def page(tmp_path: Path) -> str:
    write_page(tmp_path / "backtest.html", usual())
    return (tmp_path / "backtest.html").read_text(encoding="utf-8")


def test_the_page_says_what_would_have_been_listed(page: str) -> None:
    assert "In 6 maanden zouden ongeveer 60 vertrekken op de lijst hebben gestaan. Van ongeveer 30 daarvan" in page
    assert "voor de helft binnen 90 dagen" in page
    assert "Nog ingeschreven op school (L-01)" in page
    assert "B: kans van 10 % tot 50 %" in page
    assert "2 maanden hadden geen melding van kort daarvoor" in page
    assert re.search(r"10 % \(deze configuratie\)</th><td[^>]*>60</td><td[^>]*>30</td>", page)
    assert "disabled_rules" in page


def test_the_page_says_what_it_cannot_show(page: str) -> None:
    for words in (
        "rusten op",
        "Correcties zonder spoor",
        "Geleerde gewichten",
        "Lopend adresonderzoek",
        "geheimhouding",
    ):
        assert words.removeprefix("rusten op") in page


def test_with_too_little_the_page_says_so(tmp_path: Path) -> None:
    write_page(tmp_path / "backtest.html", told(of_first_month(counted(None, "listed", "", 4, 1, 30))))
    text = (tmp_path / "backtest.html").read_text(encoding="utf-8")
    assert "zo weinig vertrekken" in text
    assert "te weinig vertrekken veranderd" in text


def test_the_page_needs_nothing_else(page: str) -> None:
    assert not re.search(r"<script|https?://|<img|<link", page)
