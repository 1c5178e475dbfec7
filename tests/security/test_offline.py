"""I-14: nothing leaves this machine, and the tests themselves could not either."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from brp_signals.schedule import server
from tests.ledger.nights import Nights, child
from tests.reference.populations import REFERENCE_DATES
from tests.support.offline.sitecustomize import is_near
from tests.support.rights import open_to_others

#: What a machine may have set, and must not matter.
TELLING = {
    "GX_ANALYTICS_ENABLED": "true",
    "DO_NOT_TRACK": "0",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "true",
    "PREFECT_LOGGING_TO_API_ENABLED": "true",
    "PREFECT_API_URL": "https://example.org/api",
}


@pytest.mark.parametrize("host", ["203.0.113.1", "example.org", "2001:db8::1", "0.0.0.0", "10.0.0.1"])  # noqa: S104
def test_the_tests_cannot_leave_this_machine(host: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    reached = tmp_path / "reached"
    monkeypatch.setenv("BRP_SIGNALS_REACHED", str(reached))
    with pytest.raises(OSError, match="may not leave this machine"):
        socket.create_connection((host, 9), timeout=0.01)
    child_process = subprocess.run(
        [sys.executable, "-c", f"import socket; socket.create_connection(({host!r}, 9), timeout=0.01)"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "may not leave this machine" in child_process.stderr
    assert len(reached.read_text().splitlines()) == 2


def test_loopback_is_near() -> None:
    assert all(is_near(host) for host in ("127.0.0.1", "::1", "localhost", "127.1.2.3"))


@pytest.mark.long
def test_a_whole_night_of_the_flow_stays_on_this_machine_and_closed_to_others(tmp_path: Path) -> None:
    """Flow, scheduler, the night's own process and validation, on a machine whose settings say to tell the world."""
    nights = Nights(tmp_path)
    nights.deliver(REFERENCE_DATES[0], [child(), child(confidential="yes")])
    seen = tmp_path / "seen"
    words = [sys.executable, "-m", "flows", str(nights.delivery), "--config", str(nights.config)]
    done = subprocess.run(
        [*words, "--state", str(nights.state), "--output", str(nights.output)],
        env=os.environ | TELLING | {"BRP_SIGNALS_SEEN": str(seen)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        umask=0,
    )
    assert done.returncode == 0, done.stderr
    hosts = {line.partition(" ")[2] for line in seen.read_text().splitlines()}
    assert "127.0.0.1" in hosts
    assert [host for host in hosts if not is_near(host)] == []
    assert open_to_others(nights.state, nights.output) == []
    _holds_no_person(nights, done.stdout + done.stderr)


def _holds_no_person(nights: Nights, told: str) -> None:
    """I-12: neither what was said nor what the scheduler keeps; the cases are in the files that may hold them."""
    (last,) = nights.state.glob("last_run-*.json")
    persons = [case["person_id"] for case in json.loads(last.read_text())["cases"]]
    assert persons
    kept = b"".join(path.read_bytes() for path in (nights.state / "prefect").rglob("*") if path.is_file())
    for person in persons:
        assert person not in told
        assert person.encode() not in kept


def test_the_scheduler_is_told_to_tell_nobody(tmp_path: Path) -> None:
    settings = server.prefect_settings(tmp_path / "state", 4200)
    assert settings["DO_NOT_TRACK"] == "1"
    assert settings["PREFECT_SERVER_ANALYTICS_ENABLED"] == settings["PREFECT_LOGGING_TO_API_ENABLED"] == "false"
    assert settings["PREFECT_API_URL"].startswith("http://127.0.0.1:")
