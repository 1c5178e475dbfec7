"""A few simulated years, in every test run; `make simulate` lives 200."""

import pytest

from tests.simulation.many import simulated

pytestmark = pytest.mark.long


def test_intervals_cover_the_truth_and_the_missed_share_leans_to_no_side() -> None:
    shown = simulated(range(1, 21))
    for name in ("precision", "missed share", "precision of level A"):
        assert shown.coverage[name] >= 0.8, name
    for name, share in (*shown.coverage.items(), *shown.told.items()):
        assert share >= 0.7, name
    assert shown.early_error < -0.1, "what is not ripe would say that signals are seldom right"
    assert abs(shown.error) <= 3 * shown.standard_error
