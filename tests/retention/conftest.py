"""One municipality for all tests, copied for each."""

from pathlib import Path

import pytest

from tests.ledger.nights import Nights
from tests.retention.kept import municipality


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """The nights of the municipality, never changed."""
    return municipality(tmp_path_factory.mktemp("municipality"))


@pytest.fixture
def nights(made: Nights, tmp_path: Path) -> Nights:
    """A copy of them."""
    return made.copy(tmp_path)
