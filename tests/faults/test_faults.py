"""Every fault once and some random kills; `make faults` does all of it and takes far longer."""

from pathlib import Path

import pytest

from tests.faults import declared
from tests.faults.kills import Disturbed, in_peace
from tests.faults.sequence import Sequence
from tests.faults.trial import Bench, Fault

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """One evening for all faults; without Great Expectations, which the long version has."""
    return Bench(tmp_path_factory.mktemp("faults"), is_judged=False)


@pytest.mark.parametrize("fault", declared.SHORT, ids=str)
def test_a_fault_costs_nothing_that_was_published_or_decided(bench: Bench, fault: Fault) -> None:
    bench.try_out(fault)


def test_nights_killed_at_random_end_as_nights_left_in_peace(tmp_path: Path) -> None:
    sequence = Sequence(tmp_path / "deliveries", 3)
    peace = in_peace(tmp_path / "peace", sequence, is_judged=False)
    killed = Disturbed(tmp_path / "disturbed", sequence, peace, is_judged=False, seed=1).go(9)
    assert killed.n_kills == 9


def test_a_torn_output_would_be_seen(bench: Bench, tmp_path: Path) -> None:
    site = bench.evening.copy(tmp_path / "site")
    (site.output / "latest" / "signals.csv").write_bytes(b"half")
    assert any("signals.csv" in wrong for wrong in site.torn())
