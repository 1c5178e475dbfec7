"""Fixtures of the properties."""

import pytest

from tests.properties import whole_runs
from tests.properties.evaluators import IMPLEMENTATIONS, Evaluator


@pytest.fixture(scope="session", params=IMPLEMENTATIONS)
def evaluator(request: pytest.FixtureRequest) -> Evaluator:
    """Each implementation in turn: what is true must be true of both."""
    return IMPLEMENTATIONS[request.param]


@pytest.fixture(scope="session")
def whole_run(tmp_path_factory: pytest.TempPathFactory) -> whole_runs.WholeRun:
    """One whole run that several properties look at."""
    folder = tmp_path_factory.mktemp("whole_run")
    found = whole_runs.run(folder / "run", whole_runs.delivered(folder / "delivery"))
    assert found.exit_code == 0, found.stderr
    return found
