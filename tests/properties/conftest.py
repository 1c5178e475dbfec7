"""Fixtures of the properties."""

import pytest

from tests.properties.evaluators import IMPLEMENTATIONS, Evaluator


@pytest.fixture(scope="session", params=IMPLEMENTATIONS)
def evaluator(request: pytest.FixtureRequest) -> Evaluator:
    """Each implementation in turn: what is true must be true of both."""
    return IMPLEMENTATIONS[request.param]
