"""One furnished office for all tests of commands; each file copies it before it changes anything."""

import shutil
from pathlib import Path

import pytest

from tests.cli.office import furnish


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The office as it was furnished, never changed, and the recipient of its identity."""
    folder = tmp_path_factory.mktemp("furnished")
    return folder, furnish(folder)


@pytest.fixture(scope="module")
def office(furnished: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy for the tests of one file."""
    folder = tmp_path_factory.mktemp("office")
    return Path(shutil.copytree(furnished[0], folder, symlinks=True, dirs_exist_ok=True))
