"""One night for all tests of reviewed workbooks; each gets a copy of it."""

from pathlib import Path

import pytest

from tests.ledger.nights import Nights
from tests.review.desk import CHILDREN, LISTED_ON, SCOPE, Desk, open_desk


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """Six ordinary children and one under secrecy in 0363, one in 0518."""
    nights = Nights(tmp_path_factory.mktemp("town"))
    nights.deliver(LISTED_ON, CHILDREN, SCOPE)
    nights.run()
    return nights


@pytest.fixture
def desk(town: Nights, tmp_path: Path) -> Desk:
    """The lists of that night, and the state folder that they came from."""
    return open_desk(town, tmp_path)
