"""What holds for every test: its turn, and that neither it nor a process that it starts leaves this machine."""

import json
import os
import tempfile
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.ledger.nights import AfterOneNight, Nights

_OFFLINE = Path(__file__).parent / "support/offline"

os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_OFFLINE), os.environ.get("PYTHONPATH"))))
import_module("tests.support.offline.sitecustomize")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first: one that begins last leaves the other processors idle."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session", autouse=True)
def nothing_reached() -> Iterator[None]:
    """Whoever swallows the error of a refused connection is still found out at the end."""
    with tempfile.TemporaryDirectory() as folder:
        reached = Path(folder) / "reached"
        reached.touch()
        os.environ["BRP_SIGNALS_REACHED"] = str(reached)
        yield
        assert reached.read_text(encoding="utf-8") == ""


@pytest.fixture(scope="session")
def after_one_night(tmp_path_factory: pytest.TempPathFactory) -> "AfterOneNight":
    """Begin with a night that is over: whoever begins with the same one shares one run of it, each in a copy."""
    from tests.ledger.nights import Nights

    over: dict[str, Nights] = {}

    def begin(folder: Path, today: date, children: list[dict[str, str]]) -> "Nights":
        about = f"{today} {json.dumps(children)}"
        if about not in over:
            nights = Nights(tmp_path_factory.mktemp("night"))
            nights.deliver(today, children)
            nights.run()
            over[about] = nights
        return over[about].copy(folder)

    return begin


def pytest_configure() -> None:
    """Tests live at dates of their own, some in years to come; tests/intake/test_clock.py is about the clock itself."""
    from brp_signals.base import dates

    dates.today = lambda: date(2199, 1, 1)
