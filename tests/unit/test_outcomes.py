"""What a decision is declared to be agrees with itself, and with what staff read."""

import pytest

from brp_signals.base.outcomes import EVERY_OUTCOME, Holds, Outcome, Verdict


@pytest.mark.parametrize("outcome", EVERY_OUTCOME, ids=lambda outcome: outcome.code)
def test_what_is_declared_of_a_decision_agrees(outcome: Outcome) -> None:
    is_waiting = outcome.holds is Holds.NEVER
    assert is_waiting == (outcome.term is not None) == (outcome.verdict is Verdict.NOT_YET)
    assert is_waiting == ("volgt later" in outcome.meaning or "zoekt verder" in outcome.meaning)
    assert (outcome.holds is Holds.SCHOOL_YEAR) == ("31 juli" in outcome.meaning)
    assert outcome.needs_reason == ("reden verplicht" in outcome.label)
    assert not (outcome.is_only_closed and is_waiting)


def test_each_code_is_declared_once() -> None:
    codes = [outcome.code for outcome in EVERY_OUTCOME]
    assert len(codes) == len(set(codes))
    assert {"departure", "absence"} == {kind for outcome in EVERY_OUTCOME for kind in outcome.kinds}
