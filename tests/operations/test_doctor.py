"""doctor: what it says of state, output and configuration, and that looking changes nothing."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from brp_signals.state.ledger import FILE, open_ledger
from brp_signals.upkeep.doctor import examine


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A state folder with a ledger, and an output folder with a run of a minute ago."""
    (tmp_path / "state").mkdir(mode=0o700)
    with open_ledger(tmp_path / "state"):
        pass
    (tmp_path / "output/latest").mkdir(parents=True)
    finish(tmp_path, datetime.now(UTC))
    return tmp_path


def finish(place: Path, moment: datetime) -> None:
    (place / "output/latest/run.json").write_text(json.dumps({"finished_at": moment.isoformat()}))


def faults(place: Path, config: str = "") -> list[str]:
    """What is not fine."""
    (place / "brp-signals.toml").write_text(config)
    found = examine(place / "state", place / "output", place / "brp-signals.toml")
    return [finding.what for finding in found if not finding.is_fine]


def test_a_machine_that_is_fit(place: Path) -> None:
    assert faults(place) == []


def test_looking_makes_nothing(tmp_path: Path) -> None:
    assert faults(tmp_path) == []
    assert [path.name for path in tmp_path.iterdir()] == ["brp-signals.toml"]


def test_a_state_folder_open_to_others(place: Path) -> None:
    (place / "state").chmod(0o755)
    (said,) = faults(place)
    assert said.endswith("run chmod 700 on it.")


def test_a_damaged_ledger(place: Path) -> None:
    with (place / "state" / FILE).open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4000)
    (said,) = faults(place)
    assert "damaged" in said


@pytest.mark.parametrize(("version", "is_fine"), [(1, True), (99, False)])
def test_a_ledger_of_another_version_is_left_as_it_is(place: Path, version: int, is_fine: bool) -> None:
    with closing(sqlite3.connect(place / "state" / FILE)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    assert (faults(place) == []) == is_fine
    with closing(sqlite3.connect(place / "state" / FILE)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (version,)


@pytest.mark.parametrize(
    ("days", "config", "number"), [(4, "", 1), (2, "", 0), (4, "[alerts]\nno_delivery_days = 8", 0)]
)
def test_a_last_run_that_is_old(place: Path, days: int, config: str, number: int) -> None:
    finish(place, datetime.now(UTC) - timedelta(days, minutes=1))
    said = faults(place, config)
    assert len(said) == number
    assert all(f"{days} days ago, more than" in sentence for sentence in said)


def test_a_command_for_alerts_that_cannot_be_run(place: Path) -> None:
    (place / "tell").write_text("#!/bin/sh\n")
    config = f'[alerts]\ncommand = ["{place / "tell"}"]\n'
    (said,) = faults(place, config)
    assert "not executable" in said
    (place / "tell").chmod(0o700)
    assert faults(place, config) == []


def test_a_wrong_configuration(place: Path) -> None:
    (said,) = faults(place, "[alerts]\ncomand = []\n")
    assert "did you mean command?" in said
