"""What the tests of the flow share: nights that go wrong on purpose, and one Prefect server."""

import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from brp_signals.schedule import worker as worker_module
from brp_signals.schedule.server import free_port, running_server
from brp_signals.schedule.worker import NightWorker

ROOT = Path(__file__).parents[2]

MakeWorker = Callable[..., NightWorker]

LIMIT_MINUTES = 7
"""The time limit of nights whose clock is `clock_of_the_query`."""


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether the condition holds within so many seconds, which are many because a busy machine is slow."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def clock_of_the_query(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the worker's clock until its night is inside the query of its facts, and leave it half a second then.

    A real limit would have to be longer than a busy machine needs to come to that query.
    """
    begun = set[str]()
    ask = worker_module._Child.ask

    def ask_and_note(child: worker_module._Child, order: dict[str, str], ends_at: float) -> dict[str, object]:
        begun.add(order.get("step", "open"))
        return ask(child, order, ends_at)

    def monotonic() -> float:
        in_query = "facts" in begun and wait_for((tmp_path / "state" / "in_query.txt").exists)
        return LIMIT_MINUTES * 60 - 0.5 if in_query else 0.0

    monkeypatch.setattr(worker_module._Child, "ask", ask_and_note)
    monkeypatch.setattr(worker_module, "time", SimpleNamespace(monotonic=monotonic))


@pytest.fixture
def worker_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeWorker]:
    """Make a worker whose night is of the named kind in nights.py; it is closed after the test."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
    made: list[NightWorker] = []

    def make(kind: str, deadline_seconds: float = 60) -> NightWorker:
        worker = NightWorker(
            tmp_path,
            state=tmp_path / "state",
            output=tmp_path / "output",
            deadline_seconds=deadline_seconds,
            open_night=f"tests.flows.nights:{kind}",
        )
        made.append(worker)
        return worker

    yield make
    for worker in made:
        worker.close()


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What our own loggers say; they do not pass their lines to the root logger, to which Prefect may."""
    ours = logging.getLogger("brp_signals")
    only_ours = logging.Filter(ours.name)
    ours.addHandler(caplog.handler)
    caplog.handler.addFilter(only_ours)
    caplog.set_level(logging.INFO, logger="brp_signals")
    yield caplog
    caplog.handler.removeFilter(only_ours)
    ours.removeHandler(caplog.handler)


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A real server of our own for the session, this process set up to talk to it; gives PREFECT_HOME."""
    state = tmp_path_factory.mktemp("served")
    with running_server(state, free_port(), is_for_one_run=True):
        from prefect.settings import (
            PREFECT_API_AUTH_STRING,
            PREFECT_API_URL,
            PREFECT_LOGGING_TO_API_ENABLED,
            temporary_settings,
        )

        # Another test may have imported Prefect before these stood in the environment.
        ours = {setting: os.environ[setting.name] for setting in (PREFECT_API_URL, PREFECT_API_AUTH_STRING)}
        with temporary_settings({**ours, PREFECT_LOGGING_TO_API_ENABLED: False}):
            yield state / "prefect"
