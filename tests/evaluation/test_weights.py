"""Learned weights come into a run by a person's command alone, and are then told as the default weights are."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from brp_signals.base.config import Weights, load_configuration
from brp_signals.base.errors import UsageProblem
from brp_signals.base.statuses import WEAK
from brp_signals.cli import cases as commands
from brp_signals.evaluation import learned
from brp_signals.evaluation.decided import Decided, Draw, LookedAt
from brp_signals.evaluation.decided import looked_at as looked_at_in
from brp_signals.evaluation.examples import Example, controls_of, examples_of
from brp_signals.evaluation.groups import read_groups
from brp_signals.evaluation.learned import Judgement
from brp_signals.publish.explain import explanation
from brp_signals.state.learned_weights import FILE, keep, with_learned
from brp_signals.state.ledger import open_ledger
from tests.ledger.nights import AfterOneNight, Nights, child

TODAY = date(2026, 6, 15)
#: The piece that the case of these nights rests on weighs as much as can be, and the base takes away as much.
LEARNED = Weights.model_validate({"base": -7, "pieces": {"L-03": 42}})


@pytest.fixture
def nights(after_one_night: AfterOneNight, tmp_path: Path) -> Nights:
    """A first night with one case."""
    return after_one_night(tmp_path, TODAY, [child()])


def weighed(nights: Nights) -> list[str]:
    """The lines of the sum behind the place of the case."""
    (case_id,) = nights.states()
    lines = explanation(nights.state, case_id).splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("- Uitgangspunt"))
    return lines[start : next(at for at, line in enumerate(lines) if line.startswith("Samen")) + 1]


def test_a_case_is_explained_as_the_same_sum(nights: Nights) -> None:
    before = weighed(nights)
    keep(nights.state, LEARNED)
    assert nights.run()["learned_weights"] is True
    base, *pieces, _ = weighed(nights)
    assert base == "- Uitgangspunt: −7"
    assert any(line.endswith("(L-03): +42") for line in pieces)
    assert [line.rpartition(":")[0] for line in pieces] == [line.rpartition(":")[0] for line in before[1:-1]]
    keep(nights.state, None)
    assert nights.run()["learned_weights"] is False
    assert weighed(nights) == before


def test_they_are_part_of_what_a_run_depends_on(tmp_path: Path) -> None:
    default = load_configuration(None)
    assert with_learned(default, tmp_path) is default
    keep(tmp_path, LEARNED)
    assert with_learned(default, tmp_path).fingerprint != default.fingerprint
    assert with_learned(default, tmp_path).weights == LEARNED
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    keep(tmp_path, None)
    keep(tmp_path, None)
    assert with_learned(default, tmp_path).fingerprint == default.fingerprint


@pytest.mark.parametrize(
    "text", ["", "{", '{"colour": 3}', '{"base": "many"}', '{"source": 15}', '{"pieces": {"C-01": 3}}']
)
def test_a_damaged_file_stops_the_run_and_says_what_to_do(text: str, nights: Nights) -> None:
    (nights.state / FILE).write_text(text)
    with pytest.raises(UsageProblem, match="weights --default"):
        nights.run()
    commands.weights(state=nights.state, default=True)
    nights.run()


def test_on_a_young_ledger_the_default_stays_whatever_is_asked(
    nights: Nights, capsys: pytest.CaptureFixture[str]
) -> None:
    (case_id,) = nights.states()
    nights.decide(case_id, "X-VERTREK-OK 2026-06-15")
    commands.weights(state=nights.state, use=True)
    few = learned.FEWEST_DECIDED
    told = f"De vaste gewichten blijven: er zijn {few} besluiten nodig; het aantal is nu 1.\n"
    assert capsys.readouterr().out == told
    assert not (nights.state / FILE).exists()
    commands.weights(state=nights.state, as_json=True)
    answer = json.loads(capsys.readouterr().out)
    assert (answer["n_decided"], answer["weights"], answer["challengers"]) == (1, None, {})


def test_what_a_listed_case_rested_on_is_learned_from(nights: Nights) -> None:
    with open_ledger(nights.state) as ledger:
        (example,) = examples_of(looked_at_in(ledger))
    assert "L-03" in example.pieces
    assert example.pieces <= set(Weights().pieces)


def test_only_use_changes_anything(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learned, "judge", lambda *_: Judgement("Mag.", LEARNED))
    commands.weights(state=nights.state)
    assert not (nights.state / FILE).exists()
    commands.weights(state=nights.state, use=True)
    assert with_learned(load_configuration(None), nights.state).weights == LEARNED
    commands.weights(state=nights.state, default=True)
    assert not (nights.state / FILE).exists()


def test_wrong_use(nights: Nights, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="exclude each other"):
        commands.weights(state=nights.state, use=True, default=True)
    with pytest.raises(UsageProblem, match="No run has been published"):
        commands.weights(state=tmp_path / "none")


def looked_at(**changes: Any) -> LookedAt:
    made = {
        "case_id": "S-1",
        "kind": "departure",
        "municipality_code": "0363",
        "listed_on": TODAY,
        "level": "A",
        "points": 0,
        "rule_codes": ("B-05", "L-03"),
        "n_sources": 2,
        "draw": None,
        "decisions": (Decided("X-HEROPEND", TODAY), Decided("X-DATUM", date(2026, 7, 1))),
        "last_sign_on": date(2025, 12, 15),
        "pieces": ("C-01", "L-03"),
    }
    return LookedAt(**{**made, **changes})


def test_a_case_becomes_what_it_rested_on() -> None:
    (found,) = examples_of([looked_at()])
    assert found == Example("S-1", "A", frozenset({"C-01", "L-03"}), date(2026, 7, 1), True)
    (bare,) = examples_of([looked_at(level="B", pieces=("L-01",), decisions=())])
    assert bare == Example("S-1", "B", frozenset({"L-01"}), None, None)


def test_what_was_not_weighed_is_not_learned_from() -> None:
    """Who came back is asked another question, and cases of an older ledger were weighed in another way."""
    assert examples_of([looked_at(level="", rule_codes=("B-03",), pieces=())]) == []


def test_the_control_sample_is_counted_and_not_learned_from() -> None:
    drawn = looked_at(listed_on=None, draw=Draw(1, TODAY, 2, 70, "0363", WEAK))
    cases = [
        drawn,
        looked_at(listed_on=None, draw=Draw(1, TODAY, 2, 70, "0363", WEAK), decisions=()),
        looked_at(kind="absence"),
    ]
    assert controls_of(cases) == 1, "of either stratum"
    assert examples_of(cases) == []


def test_groups_are_read_by_number_and_kind(tmp_path: Path) -> None:
    path = tmp_path / "groups.csv"
    path.write_text("case_id,wijk,schoolsoort\nS-1,A,PO\nS-2,,VO\n", encoding="utf-8-sig")
    assert read_groups(path) == {"wijk": {"S-1": "A"}, "schoolsoort": {"S-1": "PO", "S-2": "VO"}}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("wijk\nA\n", "needs a column case_id"),
        ("case_id\nS-1\n", "and a column for each kind of group"),
        ("case_id,wijk,geboorteland\nS-1,A,B\n", "column 3: this column is on the forbidden list"),
        ("", "needs a column case_id"),
    ],
)
def test_a_file_of_groups_that_cannot_be_used(text: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "groups.csv").write_text(text)
    with pytest.raises(UsageProblem, match=sentence):
        read_groups(tmp_path / "groups.csv")
    with pytest.raises(UsageProblem, match="cannot be read"):
        read_groups(tmp_path / "none.csv")
