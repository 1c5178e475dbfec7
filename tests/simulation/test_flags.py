"""Little is said of rules and groups that is not so; `python -m tests.simulation.flags` says how often."""

import pytest

from tests.simulation.flags import flagged, said_to_differ

pytestmark = pytest.mark.long


@pytest.mark.parametrize("number", [45, 90])
def test_a_fair_rule_is_flagged_seldom_and_a_poor_one_mostly(number: int) -> None:
    assert flagged(100, number, 0.2) <= 0.1
    assert flagged(100, number, 0.03) >= 0.5


@pytest.mark.parametrize("n_groups", [10, 20])
def test_groups_that_mean_nothing_are_seldom_said_to_differ(n_groups: int) -> None:
    assert said_to_differ(100, n_groups) <= 0.1
