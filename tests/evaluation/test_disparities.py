"""Differences between groups are told with intervals, small numbers never; what rules do with noise is known."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from brp_signals.base.errors import UsageProblem
from brp_signals.evaluation.account import evaluation
from brp_signals.evaluation.disparities import disparities, read_departures
from tests.evaluation.noise import PAGE, simulate, with_table
from tests.evaluation.test_figures import case, some
from tests.evaluation.test_page import ledger_of, page

TODAY = date(2026, 8, 1)


def by_group(kinds: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    (kind,) = kinds
    return {row["label"]: row for row in kind["rows"]}


def test_each_group_has_its_rates_with_intervals() -> None:
    cases = some(20, 20) + [case(100 + number, "X-VERTREK-OK", days=30) for number in range(30)]
    groups = {"wijk": {each.case_id: "noord" if int(each.case_id[2:]) < 100 else "zuid" for each in cases}}
    rows = by_group(disparities(cases, groups, {"wijk": {"noord": 400, "zuid": 100}}, TODAY))
    assert (rows["noord"]["listed"]["share"], rows["zuid"]["listed"]["share"]) == (0.1, 0.3)
    assert rows["noord"]["listed"]["high"] < rows["zuid"]["listed"]["low"]
    assert (rows["noord"]["precision"]["share"], rows["zuid"]["precision"]["high"]) == (
        0.5,
        pytest.approx(0.19, abs=0.02),
    )
    assert rows["noord"]["resolution"] == {"median": 10, "nine_in_ten": 10, "low": 10, "high": 10}
    assert rows["zuid"]["resolution"]["median"] == 30
    assert rows["noord"]["differs"] == ["listed", "precision"], "of 440 departures and 70 signals"


def test_a_small_group_is_not_told_and_does_not_follow_from_the_others() -> None:
    cases = some(20, 20) + [case(100 + number, "X-DATUM") for number in range(3)]
    groups = {"wijk": {each.case_id: "groot" if int(each.case_id[2:]) < 100 else "klein" for each in cases}}
    rows = by_group(disparities(cases, groups, {}, TODAY))
    assert (rows["klein"]["precision"]["n"], rows["klein"]["precision"]["hits"]) == (5, None)
    assert (rows["groot"]["precision"]["n"], rows["groot"]["precision"]["hits"]) == (40, 20), "43 in all are told as 45"


def test_who_has_no_group_is_a_row_too() -> None:
    rows = by_group(disparities(some(20, 20), {"wijk": {f"S-{number}": "een" for number in range(38)}}, {}, TODAY))
    assert (rows[""]["precision"]["n"], rows["een"]["precision"]["n"]) == (0, 40)


def test_without_departures_there_is_no_list_rate() -> None:
    cases = some(20, 20)
    rows = by_group(disparities(cases, {"wijk": {each.case_id: "een" for each in cases}}, {}, TODAY))
    assert rows["een"]["listed"]["share"] is None
    assert rows["een"]["precision"]["share"] == 0.5


def test_the_same_cases_give_the_same_numbers() -> None:
    cases = [case(number, "X-DATUM", days=number) for number in range(40)]
    groups = {"wijk": {each.case_id: "een" for each in cases}}
    found = disparities(cases, groups, {}, TODAY)
    assert found == disparities(cases, groups, {}, TODAY)
    wait = by_group(found)["een"]["resolution"]
    assert wait["low"] < wait["median"] < wait["high"]


def test_fewer_departures_than_signals_is_refused() -> None:
    cases = some(5, 5)
    with pytest.raises(UsageProblem, match="counts fewer"):
        disparities(cases, {"wijk": {each.case_id: "een" for each in cases}}, {"wijk": {"een": 9}}, TODAY)


@pytest.mark.parametrize("text", ["", "kind,group\nwijk,een\n", "kind,group,departures\nwijk,een,many\n"])
def test_a_file_of_departures_that_cannot_be_used(text: str, tmp_path: Path) -> None:
    (tmp_path / "departures.csv").write_text(text)
    with pytest.raises(UsageProblem, match=r"departures\.csv"):
        read_departures(tmp_path / "departures.csv")


def test_the_report_has_the_table_or_says_why_not(tmp_path: Path) -> None:
    outcomes = {f"S-{number}": "X-DATUM" if number < 15 else "X-VERTREK-OK" for number in range(40)}
    ledger_of(tmp_path, outcomes, {})
    assert "Er is geen bestand met groepen geleverd." in page(tmp_path, evaluation(tmp_path))
    groups, departures = tmp_path / "groups.csv", tmp_path / "departures.csv"
    groups.write_text("case_id,wijk\n" + "".join(f"S-{number},{'ab'[number % 2]}\n" for number in range(40)))
    departures.write_text("kind,group,departures\nwijk,a,200\nwijk,b,100\n")
    account = evaluation(tmp_path, None, groups, departures)
    text = page(tmp_path, account)
    assert "Naar wijk" in text
    assert "10 % (6,2–15,3 %)" in text
    assert "S-1" not in text + json.dumps(account)


def test_noise_alone_lists_a_group_more_and_finds_less_and_mostly_below(tmp_path: Path) -> None:
    found = simulate(seed=2, children=250)
    little, much = found["little noise"], found["much noise"]
    assert much.listed["B"] > 2 * little.listed["B"]
    assert much.right["B"] == little.right["B"] == 0
    assert much.listed["A"] < much.listed["A"] + much.listed["B"] < 250 * 0.3
    assert much.right["A"] / much.listed["A"] < little.right["A"] / little.listed["A"]


def test_the_page_is_up_to_date() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == with_table(text), "Run `make docs`."
