"""The control sample holds in worlds that strain it; `python -m tests.simulation.draws` tries more of each."""

import pytest

from tests.simulation.draws import WORLDS, simulated

pytestmark = pytest.mark.long


@pytest.mark.parametrize("name", sorted(WORLDS))
def test_its_interval_covers_the_truth(name: str) -> None:
    assert simulated(WORLDS[name], 200).covered >= 0.9


def test_an_outcome_after_a_sign_is_not_the_draws() -> None:
    shown = simulated(WORLDS["who shows a sign is looked at, others hardly"], 200)
    assert abs(shown.error) < 0.01
    assert shown.error_of_before > 0.025
