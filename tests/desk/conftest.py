"""One night for all tests of the desk; each gets a copy of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.desk.office import Office, copy_office, open_office
from tests.ledger.nights import Nights


@pytest.fixture(scope="session")
def municipality(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """Six ordinary children, two of them of one family, and one under secrecy in 0363; one in 0518."""
    return open_office(tmp_path_factory.mktemp("municipality"))


@pytest.fixture
def open_desk(municipality: Nights, tmp_path: Path) -> Callable[..., Office]:
    """Opens a desk with settings of its own."""

    def opened(**settings: Any) -> Office:
        return Office(copy_office(municipality, tmp_path / "desk"), **settings)

    return opened


@pytest.fixture
def office(open_desk: Callable[..., Office]) -> Office:
    """A desk that is open."""
    return open_desk()
