"""The page and the command: what it says with too little, that nothing small or personal is on it, and exit codes."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from brp_signals.base.errors import UsageProblem
from brp_signals.evaluation.account import evaluation
from brp_signals.evaluation.page import write_page
from brp_signals.state.ledger import Additions, Run, open_ledger
from tests.support.ledgers import decide

DAY = date(2026, 6, 15)
MISSED = ("missed", "missed_weak")
#: When what was listed or drawn on DAY is ripe.
LATER = date(2026, 12, 15)


def ledger_of(
    state: Path,
    outcomes: dict[str, str],
    drawn: dict[str, str],
    kind: str = "departure",
    weak: dict[str, str] | None = None,
) -> None:
    """A ledger with a decision for each signal and each departure that was drawn, without a sign or with a weak one,
    none of them siblings, and a run when they are ripe; its numbers are also its persons.
    """
    weak = weak or {}
    numbers = (*outcomes, *drawn, *weak)
    rule = "L-03" if kind == "departure" else "R-01"
    with open_ledger(state) as ledger:
        ledger.record(
            Run(1, "run", "delivery", "0" * 64, DAY, ("0363",), "2026a", "", {}, {"persons": 1}, listed=1),
            Additions(
                cases=[(number, kind) for number in numbers],
                aliases=[(f"person of {number}", "20260101", number) for number in numbers],
                states=[
                    *((number, "new", "A", None, "0363", False, DAY, DAY, "", 13000, "L-03") for number in outcomes),
                    *((number, "weak", "B", None, "0363", False, DAY, None, "too_weak", None, None) for number in weak),
                ],
                signs=[(number, rule, "verzuim", "1", DAY, False) for number in outcomes],
                draws=[
                    *((number, "0363", False, len(drawn), 400, "no_sign") for number in drawn),
                    *((number, "0363", False, len(weak), 80, "weak") for number in weak),
                ],
                families=[(number, f"parent of {number}") for number in numbers],
            ),
        )
        ledger.record(
            Run(2, "run 2", "later", "0" * 64, LATER, ("0363",), "2026a", "", {}, {"persons": 1}, listed=1), Additions()
        )
        for number, outcome in (outcomes | drawn | weak).items():
            decide(ledger, number, outcome, DAY, "2026-06-16", "0" * 64)


def page(folder: Path, account: dict[str, Any]) -> str:
    write_page(folder / "evaluate.html", account)
    return (folder / "evaluate.html").read_text(encoding="utf-8")


@pytest.fixture
def account(tmp_path: Path) -> dict[str, Any]:
    """60 signals, 33 of them right, and 40 drawn departures, 3 of them wrong."""
    outcomes = {f"S-{number}": "X-DATUM" if number < 33 else "X-VERTREK-OK" for number in range(60)}
    drawn = {f"D-{number}": "X-HERINGESCHREVEN" if number < 3 else "X-VERTREK-OK" for number in range(40)}
    ledger_of(tmp_path, outcomes, drawn)
    return evaluation(tmp_path)


def test_it_says_how_right_the_lists_are_and_how_certain_that_is(tmp_path: Path, account: dict[str, Any]) -> None:
    text = page(tmp_path, account)
    assert "Van ongeveer 60 signalen met een uitkomst was 58,3 % (44,2–71,5 %) raak." in text
    assert "Deel van de vertrekken zonder teken dat niet klopte: tussen" in text
    assert account["missed"]["share"] is None
    assert "Een signaal is tussen" in text
    assert "Had elk signaal een uitkomst, en leken die zonder op de andere" in text
    assert "Dit is een ondergrens" in text and "30 %" in text
    assert "Verzuimmelding na vertrek (L-03)" in text


def test_what_the_threshold_hides_is_told_apart_from_what_the_rules_miss(tmp_path: Path) -> None:
    drawn = {f"D-{number}": "X-HERINGESCHREVEN" if number < 10 else "X-VERTREK-OK" for number in range(80)}
    weak = {f"W-{number}": "X-HERINGESCHREVEN" if number < 20 else "X-VERTREK-OK" for number in range(40)}
    ledger_of(tmp_path, {"S-1": "X-DATUM"}, drawn, weak=weak)
    groups = tmp_path / "groups.csv"
    groups.write_text("case_id,wijk\n" + "".join(f"{number},a\n" for number in (*drawn, *weak)), encoding="utf-8")
    found = evaluation(tmp_path, groups=groups)
    told = {name: (found[name]["drawn"], found[name]["answered"], found[name]["share"]) for name in MISSED}
    assert told == {"missed": (80, 80, 10 / 80), "missed_weak": (40, 40, 20 / 40)}
    assert found["precision"]["all"]["n"] == 0, "what was drawn is no signal"
    (wijk,) = found["groups"]
    assert [row["control"]["n"] for row in wijk["rows"] if row["label"] == "a"] == [80]
    text = page(tmp_path, found)
    assert "Deel van de vertrekken zonder teken dat niet klopte: 12,5 %" in text
    assert "Deel van de vertrekken met een teken dat te zwak is om ernaar te vragen dat niet klopte: 50 %" in text


def test_of_each_stratum_it_says_how_many_are_not_ripe(tmp_path: Path) -> None:
    ledger_of(tmp_path, {}, {}, weak={f"W-{number}": "X-VERTREK-OK" for number in range(10)})
    with open_ledger(tmp_path) as ledger:
        ledger.record(
            Run(3, "run 3", "last", "0" * 64, LATER, ("0363",), "2026a", "", {}, {"persons": 1}, listed=1),
            Additions(
                cases=[(f"N-{number}", "departure") for number in range(20)],
                aliases=[(f"person of N-{number}", "20260901", f"N-{number}") for number in range(20)],
                draws=[
                    (f"N-{number}", "0363", False, 20, 40, "weak" if number < 5 else "no_sign") for number in range(20)
                ],
            ),
        )
    found = evaluation(tmp_path)
    assert {name: found["unripe"][name] for name in ("drawn", "drawn_weak")} == {"drawn": 15, "drawn_weak": 5}
    assert (found["missed"]["drawn"], found["missed_weak"]["drawn"]) == (0, 10)


def test_nothing_on_it_is_personal_comes_from_elsewhere_or_runs(tmp_path: Path, account: dict[str, Any]) -> None:
    text = page(tmp_path, account)
    assert not re.search(r"S-\d|D-\d|person of", text + str(account))
    assert not re.search(r"<script|https?://|<img|<link", text)
    assert page(tmp_path, account) == text


def test_it_says_how_many_are_not_ripe(tmp_path: Path, account: dict[str, Any]) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.record(
            Run(3, "run 3", "last", "0" * 64, LATER, ("0363",), "2026a", "", {}, {"persons": 1}, listed=1),
            Additions(
                cases=[(f"N-{number}", "departure") for number in range(10)],
                aliases=[(f"person of N-{number}", "20260901", f"N-{number}") for number in range(10)],
                states=[
                    (f"N-{number}", "new", "A", None, "0363", False, LATER, LATER, "", 13000, None)
                    for number in range(10)
                ],
            ),
        )
        for number in range(10):
            decide(ledger, f"N-{number}", "X-VERTREK-OK", LATER, "2026-12-16", "0" * 64)
    found = evaluation(tmp_path)
    assert (found["unripe"]["signals"], found["precision"]) == (10, account["precision"])
    assert "Nog niet zo lang op de lijst: 10." in page(tmp_path, found)


def test_with_too_little_it_says_so(tmp_path: Path) -> None:
    ledger_of(tmp_path, {"S-1": "X-DATUM", "S-2": "X-NIET"}, {"D-1": "X-VERTREK-OK"})
    text = page(tmp_path, evaluation(tmp_path))
    assert "staat er niet" not in text, "nothing is left out of an empty page"
    for words in (
        "Er zijn nog geen 30 signalen met een uitkomst",
        "Dat is te weinig voor een schatting.",
        "te weinig signalen waarover twee mensen",
        "te weinig signalen met een uitkomst en een score",
        "te weinig herstelde inschrijvingen",
        "heeft de gemeente niet ingevuld",
    ):
        assert words in text


def test_children_on_no_school_list_have_figures_of_their_own(tmp_path: Path) -> None:
    outcomes = {f"S-{number}": "X-GEEN-SCHOOL" if number < 2 else "X-INGESCHREVEN" for number in range(40)}
    ledger_of(tmp_path, outcomes, {}, "absence")
    found = evaluation(tmp_path)
    assert (found["precision"]["all"]["n"], found["absences"]["all"]["n"]) == (0, 40)
    assert found["absences"]["poor_rules"] == ["R-01"]
    text = page(tmp_path, found)
    for words in ("Kinderen zonder bekende school", "Bekijk deze regels opnieuw: R-01", "Per regel, leerplicht"):
        assert words in text


def test_assumptions_come_from_the_configuration(tmp_path: Path, account: dict[str, Any]) -> None:
    config = tmp_path / "brp-signals.toml"
    config.write_text("[evaluation]\neuros_per_hour = [60, 60]\neuros_per_found_child = [1000, 20000]\n")
    richer = evaluation(tmp_path, config)
    assert richer["costs"]["assumed"]["euros_per_hour"] == [60, 60]
    assert "Wat dat waard is, volgens de gemeente: 1.000 tot 20.000 euro." in page(tmp_path, richer)
    config.write_text("[evaluation]\neuros_per_hour = [90, 45]\n")
    with pytest.raises(UsageProblem, match="lowest first"):
        evaluation(tmp_path, config)


def test_without_a_run_there_is_nothing_to_evaluate(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="No run has been published"):
        evaluation(tmp_path)
