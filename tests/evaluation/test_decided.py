"""What counts as what, and how each case came to be looked at."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from brp_signals.base.outcomes import VERDICTS, Verdict
from brp_signals.evaluation.decided import Decided, LookedAt, looked_at, pairs_of_verdicts
from brp_signals.publish.choices import EVERY_CHOICE
from brp_signals.state.ledger import Additions, DecisionPair, Ledger, Run, open_ledger
from tests.support.ledgers import decide

MAY, JUNE = date(2026, 5, 15), date(2026, 6, 15)


def test_every_outcome_of_the_drop_down_counts_as_something() -> None:
    assert set(VERDICTS) == {choice.code for choice in EVERY_CHOICE.decisions}
    hits = {code for code, verdict in VERDICTS.items() if verdict is Verdict.WRONG_IN_REGISTER}
    assert hits == {"X-DATUM", "X-HERINGESCHREVEN", "X-ANDERE-GEMEENTE", "X-GEEN-SCHOOL"}


def run(number: int, day: date) -> Run:
    """A run of one municipality."""
    return Run(number, f"run {number}", f"{day}", "0" * 64, day, ("0363",), "2026a", "", {}, {"persons": 1}, listed=1)


def state(case: str, is_sealed: bool = False, level: str = "A") -> tuple[object, ...]:
    """A line by which a case comes onto the list."""
    return (case, "new", level, None, "0363", is_sealed, MAY, MAY, "", 13000, "C-01|L-02|L-03")


@pytest.fixture
def read(tmp_path: Path) -> dict[str, LookedAt]:
    """A signal, a drawn one, one that was drawn and got a sign, and one of each under secrecy."""
    with open_ledger(tmp_path) as ledger:
        fill(ledger)
        return {case.case_id: case for case in looked_at(ledger)}


def fill(ledger: Ledger) -> None:
    """Two runs and what was decided between them."""
    drawn = ("drawn", "both", "decided before its sign", "secret draw")
    numbers = ("signal", "secret", *drawn)
    ledger.record(
        run(1, MAY),
        Additions(
            cases=[*((number, "departure") for number in numbers), ("absent", "absence")],
            aliases=[
                *((f"person {number}", "20260101", number) for number in numbers),
                ("person absent", "2026-01-01", "absent"),
            ],
            states=[state("signal"), state("secret", is_sealed=True), state("absent", level="")],
            signs=[
                ("signal", "L-03", "verzuim", "1", MAY, False),
                ("signal", "L-02", "school", "1", MAY, False),
                ("signal", "B-01", "brp", "1", MAY, True),
            ],
            draws=[
                (number, "0363", number == "secret draw", 3, 60, "weak" if number == "both" else "no_sign")
                for number in drawn
            ],
        ),
    )
    decide(ledger, "decided before its sign", "X-VERTREK-OK", date(2026, 5, 20), "2026-05-20", "0" * 64)
    decide(ledger, "signal", "X-HEROPEND", date(2026, 5, 20), "2026-05-20", "0" * 64)
    ledger.record(
        run(2, JUNE),
        Additions(
            states=[state("both", level="B"), state("decided before its sign")],
            signs=[("signal", "L-05", "verlof", "1", JUNE, False)],
        ),
    )
    for number in ("signal", "both"):
        decide(ledger, number, "X-DATUM", date(2026, 6, 20), "2026-06-20", "0" * 64)


def test_who_was_listed_and_who_was_drawn(read: dict[str, LookedAt]) -> None:
    assert sorted(read) == ["absent", "both", "decided before its sign", "drawn", "signal"]
    assert {name: (case.is_signal, case.is_hit, case.got_a_sign) for name, case in read.items()} == {
        "absent": (True, None, False),
        "signal": (True, True, False),
        "drawn": (False, None, False),
        "both": (True, True, True),
        "decided before its sign": (False, False, False),
    }
    assert {name: case.draw.weight for name, case in read.items() if case.draw} == dict.fromkeys(
        ("drawn", "both", "decided before its sign"), 20
    )


def test_which_stratum_was_drawn_from(read: dict[str, LookedAt]) -> None:
    assert {name: case.draw.stratum for name, case in read.items() if case.draw} == {
        "drawn": "no_sign",
        "decided before its sign": "no_sign",
        "both": "weak",
    }


def test_what_a_case_rested_on(read: dict[str, LookedAt]) -> None:
    signal = read["signal"]
    assert (signal.rule_codes, signal.n_sources, signal.level, signal.points) == (("L-02", "L-03"), 2, "A", 13000)
    assert signal.pieces == ("C-01", "L-02", "L-03")
    assert (signal.listed_on, read["both"].listed_on) == (MAY, JUNE)
    assert [each.outcome_code for each in signal.decisions] == ["X-HEROPEND", "X-DATUM"]


def test_two_who_decided_without_seeing_each_other(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        fill(ledger)
        pairs = [
            DecisionPair(case, "1" * 64, "2" * 64, "X-DATUM", "X-NIET", "2026-06-20")
            for case in ("signal", "secret", "absent")
        ]
        ledger.add_pairs(pairs)
        ledger.add_pairs(pairs)
        (pair,) = pairs_of_verdicts(ledger.evaluated())
        assert (pair.one, pair.other, pair.both_found) == (Verdict.WRONG_IN_REGISTER, Verdict.NOT_LOOKED, False)


@pytest.mark.parametrize(
    ("codes", "verdict"),
    [
        (["X-HERINGESCHREVEN", "X-LEERPLICHT"], Verdict.WRONG_IN_REGISTER),
        (["X-HERINGESCHREVEN", "X-HEROPEND"], Verdict.WRONG_IN_REGISTER),
        (["X-HERINGESCHREVEN", "X-NIET"], Verdict.WRONG_IN_REGISTER),
        (["X-HERINGESCHREVEN", "X-VEILIGTHUIS"], Verdict.WRONG_IN_REGISTER),
        (["X-GEEN-SCHOOL", "X-BURGERZAKEN"], Verdict.WRONG_IN_REGISTER),
        (["X-HERINGESCHREVEN", "X-VERTREK-OK"], Verdict.RIGHT_IN_REGISTER),
        (["X-VERTREK-OK", "X-HERINGESCHREVEN"], Verdict.WRONG_IN_REGISTER),
        (["X-VERTREK-OK", "X-LEERPLICHT"], Verdict.RIGHT_IN_REGISTER),
        (["X-VERTREK-OK", "X-NIET"], Verdict.RIGHT_IN_REGISTER),
        (["X-VERTREK-OK", "X-HEROPEND"], Verdict.NOT_YET),
        (["X-VERTREK-OK", "X-VEILIGTHUIS"], Verdict.NOT_TOLD),
        (["X-LEERPLICHT", "X-HEROPEND"], Verdict.NOT_YET),
        (["X-HEROPEND", "X-NIET"], Verdict.NOT_YET),
        (["X-NIET"], Verdict.NOT_LOOKED),
        ([], Verdict.NOT_LOOKED),
    ],
)
def test_what_says_nothing_of_the_register_takes_nothing_back(
    read: dict[str, LookedAt], codes: list[str], verdict: Verdict
) -> None:
    case = replace(read["drawn"], decisions=tuple(Decided(code, MAY) for code in codes))
    assert case.verdict is verdict


def test_children_with_a_parent_in_common_are_one_family(tmp_path: Path) -> None:
    marks = [("one", "mother"), ("one", "father"), ("two", "mother"), ("half", "father"), ("other", "else")]
    numbers = ("one", "two", "half", "other", "same day", "and hers", "another day")
    days = {"another day": "20260102"}
    with open_ledger(tmp_path) as ledger:
        ledger.record(
            run(1, MAY),
            Additions(
                cases=[(number, "departure") for number in numbers],
                aliases=[(f"person {number}", days.get(number, "20260101"), number) for number in numbers],
                states=[state(number) for number in numbers],
                families=marks,
            ),
        )
        family = {case.case_id: case.family for case in looked_at(ledger)}
    assert family["one"] == family["two"] == family["half"]
    assert family["same day"] == family["and hers"], "nobody knows their parents"
    assert len(set(family.values())) == 4
