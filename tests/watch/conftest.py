"""One town for all tests of the watch, copied for each."""

from pathlib import Path

import pytest

from tests.ledger.nights import Nights
from tests.watch.town import Town

#: So many ordinary nights are over in the town that tests get.
ORDINARY = 4


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """The town after its ordinary nights, never changed."""
    town = Town(Nights(tmp_path_factory.mktemp("town")))
    for number in range(ORDINARY):
        town.night(number)
    return town


@pytest.fixture
def town(made: Town, tmp_path: Path) -> Town:
    """A copy of it."""
    return made.copy(tmp_path)
