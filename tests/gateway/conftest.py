"""Fixtures of the gateway's tests."""

from pathlib import Path

import pytest

from tests.gateway.listed import Desk
from tests.gateway.rubric import Workshop


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """A folder with a key, where sources become deliveries."""
    return Workshop(tmp_path)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A folder where files are read under profiles."""
    return Desk(tmp_path)
