"""Fixtures of the properties."""

import pytest

from tests.properties.evaluators import Evaluator, available


@pytest.fixture(scope="session", params=sorted(available()))
def evaluator(request: pytest.FixtureRequest) -> Evaluator:
    """Each implementation in turn: what is true must be true of both."""
    return available()[request.param]
