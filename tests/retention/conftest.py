"""One municipality for all tests, copied for each."""

import shutil
from pathlib import Path

import pytest

from tests.ledger.nights import Nights
from tests.retention.kept import municipality


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the municipality, never changed."""
    folder = tmp_path_factory.mktemp("municipality")
    municipality(folder)
    return folder


@pytest.fixture
def nights(made: Path, tmp_path: Path) -> Nights:
    """A copy of it."""
    for name in ("state", "output", "delivery"):
        shutil.copytree(made / name, tmp_path / name, symlinks=True)
    copied = Nights(tmp_path)
    copied.delivery = tmp_path / "delivery"
    return copied
