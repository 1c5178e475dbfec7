"""I-14: a run opens no connection but to its own machine."""

from pathlib import Path

import pytest

from brp_signals.base.warehouse import Warehouse
from tests.properties.whole_runs import WholeRun

pytestmark = pytest.mark.long

LOOPBACK = ("127.", "('127.", "::1", "('::1", "localhost", "('localhost")


def test_a_whole_run_reaches_for_nothing(whole_run: WholeRun) -> None:
    reached = [line for line in whole_run.addresses if not line.split(" ", 1)[1].startswith(LOOPBACK)]
    assert reached == []


def test_the_database_never_fetches_an_extension(tmp_path: Path) -> None:
    with Warehouse(tmp_path) as warehouse:
        for setting in ("autoinstall_known_extensions", "autoload_known_extensions", "allow_community_extensions"):
            rows = warehouse.query(f"SELECT current_setting('{setting}') AS is_on", setting)
            assert rows == [{"is_on": False}]
