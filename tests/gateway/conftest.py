"""Fixtures of the gateway's tests."""

from pathlib import Path

import pytest

from tests.gateway.rubric import Workshop


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """A folder with a key, where sources become deliveries."""
    return Workshop(tmp_path)
