"""What `serve` lets others do, and what is left when a part of it dies: one server, of which each test asks something.

The last tests end it, so the order of the file matters.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from flows.nightly import FOREIGN
from tests.support.nobody import as_nobody, only_as_root

from .conftest import ROOT, wait_for
from .test_serving import CONFIG, SAMPLE, Served, listening
from .test_worker import is_alive

pytestmark = pytest.mark.long

HOUR = 3600


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that other users can reach, unlike those that pytest makes; in it a configuration that tells."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        make_telling(folder, CONFIG.read_text())
        yield folder


@pytest.fixture(scope="module")
def served(place: Path) -> Iterator[Served]:
    environment = plant(place)
    process = Served(place, config=place / "told.toml", seconds_between_nights=HOUR, environment=environment)
    try:
        assert wait_for(process.serves, seconds=180)
        yield process
    finally:
        process.end()


def plant(folder: Path) -> dict[str, str]:
    """Put settings and modules where Prefect and Python look first; gives an environment with one more."""
    for module in ("uvicorn", "multiprocessing", "json", "duckdb", "flows"):
        (folder / f"{module}.py").write_text(f"open({str(folder / 'imported')!r}, 'a').close()\n")
    database = f"sqlite+aiosqlite:///{folder}/elsewhere-"
    (folder / "prefect.toml").write_text(f'[server.database]\nconnection_url = "{database}toml"\n')
    (folder / ".env").write_text(f"PREFECT_SERVER_DATABASE_CONNECTION_URL={database}env\n")
    return {"prefect_server_database_connection_url": f"{database}small"}


def make_telling(folder: Path, text: str) -> Path:
    """A configuration in this folder whose alerts, and the environment of its command, are kept beside it."""
    command = folder / "tell"
    command.write_text(f"#!/bin/sh\ncat >> {folder}/told.jsonl\nenv > {folder}/told.env\n")
    command.chmod(0o700)
    config = folder / "told.toml"
    config.write_text(f'{text}\n[alerts]\ncommand = ["{command}"]\n')
    return config


def told(folder: Path) -> list[dict[str, Any]]:
    """What the command was told, but for the age of the sample: `serve` goes by the real clock."""
    kept = folder / "told.jsonl"
    alerts = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    return [alert for alert in alerts if alert["kind"] != "no_delivery"]


def children(process_id: int) -> list[int]:
    """All that this process started and what those started, which live."""
    try:
        found = [int(each) for each in Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()]
    except OSError:
        return []
    return [each for child in found for each in (child, *children(child))]


def command_line(process_id: int) -> str:
    return Path(f"/proc/{process_id}/cmdline").read_text()


def test_neither_settings_nor_modules_come_from_the_folder_where_it_starts(served: Served, place: Path) -> None:
    assert served.ask("flows/count", {}) == 1
    assert (place / "state" / "prefect" / "prefect.db").exists()
    assert not [each.name for each in place.iterdir() if each.name.startswith(("elsewhere", "imported"))]


# ---- another user


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("flow_runs/filter", "POST"),
        ("flow_runs/", "POST"),
        ("deployments/filter", "POST"),
        ("deployments/", "POST"),
        ("work_pools/", "POST"),
        ("block_documents/", "POST"),
        ("automations/", "POST"),
        ("events", "POST"),
        ("admin/settings", "GET"),
        ("admin/database/clear", "POST"),
    ],
)
def test_whoever_does_not_know_the_secret_gets_nothing(served: Served, path: str, method: str) -> None:
    for header in ({}, {"Authorization": "Basic YWRtaW46cGFzcw=="}, {"Authorization": "Bearer x"}):
        assert status(served, path, method, header) == "401"


@pytest.mark.parametrize("path", ["events/in", "events/out", "logs/out", "task_runs/subscriptions/scheduled"])
@pytest.mark.parametrize("token", [None, "admin:pass"])
def test_nor_does_its_socket_tell_or_take_anything(served: Served, path: str, token: str | None) -> None:
    address = f"ws://127.0.0.1:{served.port}/api/{path}"
    with connect(address, subprotocols=[Subprotocol("prefect")], proxy=None) as line:
        line.send(json.dumps({"type": "auth", "token": token}))
        with pytest.raises(ConnectionClosedError, match="1008"):
            line.recv(timeout=10)
    with pytest.raises(InvalidStatus, match="403"):
        connect(address, proxy=None)


def status(served: Served, path: str, method: str, header: dict[str, str]) -> str:
    request = urllib.request.Request(
        f"http://127.0.0.1:{served.port}/api/{path}",
        data=b"{}" if method == "POST" else None,
        headers={"Content-Type": "application/json", **header},
        method=method,
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return str(answer.status)
    except urllib.error.HTTPError as refused:
        return str(refused.code)


@only_as_root
def test_another_user_reaches_the_server_and_can_neither_use_it_nor_find_the_secret(served: Served) -> None:
    processes = [served.process.pid, *children(served.process.pid)]
    assert len(processes) > 1
    assert as_nobody(lambda: status(served, "health", "GET", {})) == "200"
    assert as_nobody(lambda: status(served, "flow_runs/", "POST", {})) == "401"
    assert as_nobody(served.operator_file.read_text) == "PermissionError"
    assert as_nobody((served.folder / "state" / "prefect" / "prefect.db").read_text) == "PermissionError"
    for process in processes:
        assert as_nobody(Path(f"/proc/{process}/environ").read_text) == "PermissionError"
        assert as_nobody(Path(f"/proc/{process}/cmdline").read_text)


def test_the_secret_is_in_no_command_line_and_in_one_private_file(served: Served) -> None:
    secret = served.secret()
    assert len(secret) > 40
    for process in (served.process.pid, *children(served.process.pid)):
        assert secret not in command_line(process)
    holders = [file for file in served.folder.rglob("*") if file.is_file() and secret.encode() in file.read_bytes()]
    assert holders == [served.operator_file]
    assert served.operator_file.stat().st_mode & 0o777 == 0o600


# ---- two at a time


def test_a_run_that_is_cancelled_because_another_is_busy_is_told(served: Served, place: Path) -> None:
    """Both are due at once, so one is busy when the other would begin."""
    (deployment,) = served.ask("deployments/filter", {})
    for _ in range(2):
        served.ask(f"deployments/{deployment['id']}/create_flow_run", {"state": {"type": "SCHEDULED"}})
    done = {"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}
    assert wait_for(lambda: bool(told(place) and served.ask("flow_runs/filter", done)), 180), served.log.read_text()
    (alert,) = told(place)
    assert alert["kind"] == "night_cancelled"
    assert alert["sentence"].startswith("A run of the night did not begin, because another one was still busy")
    assert alert["delivery_id"] == SAMPLE.name
    assert alert["sentence"] in served.log.read_text()
    (place / "told.jsonl").unlink()
    shutil.rmtree(place / "output")  # a later night has something to do again


# ---- who does know the secret


def test_a_run_that_brings_its_own_configuration_is_refused_and_told_by_ours(served: Served, place: Path) -> None:
    strange = place / "strange"
    strange.mkdir()
    foreign = {"config": str(make_telling(strange, "")), "output": str(strange / "output"), "inbox": str(strange)}
    (deployment,) = served.ask("deployments/filter", {})
    assert deployment["parameters"] == {}
    now = {"type": "SCHEDULED", "state_details": {"scheduled_time": "2026-01-01T00:00:00Z"}}
    asked = {"flow_id": deployment["flow_id"], "deployment_id": deployment["id"], "parameters": foreign, "state": now}
    run = served.ask("flow_runs/", asked)
    assert wait_for(lambda: bool(told(place)), seconds=120), served.log.read_text()
    assert [alert["sentence"] for alert in told(place)] == [FOREIGN]
    assert wait_for(lambda: {"sentence": FOREIGN} in [event["payload"] for event in served.events()], seconds=30)
    (seen,) = served.ask("flow_runs/filter", {"flow_runs": {"id": {"any_": [run["id"]]}}})
    assert seen["state_type"] in ("FAILED", "CRASHED")
    assert sorted(each.name for each in strange.iterdir()) == ["tell", "told.toml"]
    assert served.secret() not in (place / "told.env").read_text()


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("deployment ls", "nightly/nightly"),
        ("flow-run ls", "nightly"),
        ("artifact ls", "Artifacts"),
        ("work-pool create brp-signals --type process", "Created work pool"),
        ("work-pool create brp-signals-docker --type docker", "Created work pool"),
        ("--no-prompt deploy --name nightly-in-docker", "successfully created"),
        ("--no-prompt deploy --name nightly", "successfully created"),
        ("deployment inspect nightly/nightly-in-docker", "brp-signals:prefect"),
        ("deployment inspect nightly/nightly", "flows/nightly.py:nightly"),
    ],
)
def test_the_commands_of_prefect_as_operations_has_them(served: Served, words: str, shown: str) -> None:
    """Deploying puts the deployment of prefect.yaml in the place of ours; the next start of `serve` takes it back."""
    prefect = Path(sys.executable).with_name("prefect")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    done = subprocess.run(
        ["sh", "-c", f". '{served.operator_file}' && exec '{prefect}' {words}"],
        cwd=ROOT,
        env=environment | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    assert shown in done.stdout
    assert "Traceback" not in done.stderr


# ---- what dies


def test_a_server_that_died_is_told_within_a_minute_and_ends_serve(served: Served, place: Path) -> None:
    (server,) = [each for each in children(served.process.pid) if "schedule.server" in command_line(each)]
    served.process.send_signal(signal.SIGSTOP)
    os.kill(server, signal.SIGKILL)
    assert wait_for(lambda: not is_alive(server))
    with socket.socket() as impostor, pytest.raises(OSError, match="in use"):
        impostor.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        impostor.bind(("127.0.0.1", served.port))
    served.process.send_signal(signal.SIGCONT)
    assert served.process.wait(60) == 5
    last = served.log.read_text().splitlines()[-1]
    assert last.startswith("The scheduler's server ended with code -9, so no night runs; start")
    assert [alert["kind"] for alert in told(place)] == ["night_failed", "schedule_stopped"]
    assert told(place)[-1]["sentence"] == last
    assert not listening(served.port)
    assert not served.operator_file.exists()


def test_nothing_is_left_of_a_serve_that_was_killed_in_a_night(served: Served, place: Path) -> None:
    again = Served(place, config=place / "told.toml", seconds_between_nights=HOUR)
    try:
        assert wait_for(again.serves, seconds=180)
        (deployment,) = again.ask("deployments/filter", {})
        assert (deployment["parameters"], deployment["work_pool_name"]) == ({}, None)
        again.ask(f"deployments/{deployment['id']}/create_flow_run", {"state": {"type": "SCHEDULED"}})
        assert wait_for(lambda: has_night(again.process.pid), seconds=120), again.log.read_text()
        family = children(again.process.pid)
        again.process.send_signal(signal.SIGKILL)
        assert wait_for(lambda: not any(map(is_alive, family)), seconds=10)
        assert wait_for(lambda: not listening(again.port), seconds=5)
    finally:
        again.end()


def has_night(process_id: int) -> bool:
    return any("schedule.worker" in command_line(each) for each in children(process_id))
