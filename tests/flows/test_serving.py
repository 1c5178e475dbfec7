"""`brp-signals serve`: a real server, a real scheduled run, loopback only, an end in order."""

import asyncio
import base64
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from inspect import signature
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from brp_signals.base.errors import RunLocked, UsageProblem
from brp_signals.schedule import serving
from brp_signals.schedule.server import OPERATOR_FILE, free_port

from .conftest import ROOT, wait_for

SAMPLE = ROOT / "data" / "sample" / "2026-11-20-0363"
#: 127.0.0.1 as the kernel writes it.
LOOPBACK = "0100007F"
CONFIG = SAMPLE.with_name(f"{SAMPLE.name}.brp-signals.toml")


class Served:
    """A serving process, started as a script starts one in the background, and what its server answers."""

    def __init__(
        self,
        folder: Path,
        *,
        config: Path = CONFIG,
        seconds_between_nights: int = 20,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.port = free_port()
        if not (folder / "inbox").exists():
            shutil.copytree(SAMPLE, folder / "inbox" / SAMPLE.name)
        paths = [str(folder / "inbox"), str(folder / "state"), str(folder / "output"), str(config)]
        often = [str(self.port), str(seconds_between_nights)]
        self.log = folder / "serve.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("serve_often.py")), *paths, *often],
                cwd=folder,  # serving needs no particular working directory
                env=os.environ | (environment or {}),
                stderr=log,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
            )

    def ask(self, path: str, question: dict[str, Any]) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/{path}",
            data=json.dumps(question).encode(),
            headers={
                "Content-Type": "application/json",
                "Authorization": f"Basic {base64.b64encode(self.secret().encode()).decode()}",
            },
        )
        for _ in range(10):
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                    return json.load(answer)
            except urllib.error.HTTPError as problem:
                if problem.code != 503:  # its database is busy
                    raise
            time.sleep(0.5)
        raise TimeoutError(path)

    @property
    def operator_file(self) -> Path:
        return self.folder / "state" / "prefect" / OPERATOR_FILE

    def secret(self) -> str:
        (secret,) = re.findall(r"AUTH_STRING=(\S+)", self.operator_file.read_text())
        return str(secret)

    def scheduled_runs(self, *states: str) -> list[dict[str, Any]]:
        try:
            runs = self.ask("flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": list(states)}}}})
        except OSError:
            return []  # not up yet
        return [run for run in runs if run["auto_scheduled"]]

    def events(self) -> list[dict[str, Any]]:
        """The events of our own that the server keeps, newest first."""
        ever = {"since": "2020-01-01T00:00:00Z", "until": "2200-01-01T00:00:00Z"}
        found = self.ask("events/filter", {"filter": {"event": {"prefix": ["brp-signals."]}, "occurred": ever}})
        events: list[dict[str, Any]] = found["events"]
        return events

    def serves(self) -> bool:
        """Whether it has come as far as that; fails when it has ended instead."""
        assert self.process.poll() is None, self.log.read_text()
        return "Serving the nightly schedule" in self.log.read_text()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    process = Served(tmp_path)
    yield process
    process.end()


def listening(port: int) -> set[str]:
    """The local addresses, in the kernel's hexadecimal, on which somebody listens at this port."""
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            address, _, hexadecimal_port = line.split()[1].partition(":")
            if int(hexadecimal_port, 16) == port and line.split()[3] == "0A":
                found.add(address)
    return found


@pytest.mark.long
def test_a_scheduled_night_from_start_to_stop(served: Served) -> None:
    """One story in one test: a server costs too much to start for each of its sentences."""
    assert wait_for(lambda: bool(listening(served.port)), seconds=120), served.log.read_text()
    assert listening(served.port) == {LOOPBACK}
    assert wait_for(lambda: bool(served.scheduled_runs("COMPLETED", "FAILED", "CRASHED")), seconds=180)
    assert served.scheduled_runs("COMPLETED"), served.log.read_text()
    the_lists_are_there(served)
    the_night_is_found_by_its_name_its_tag_and_its_event(served)
    both_schedules_stand_and_one_run_goes_at_a_time(served)
    nobody_of_the_delivery_is_known_to_prefect(served)
    a_second_serve_on_the_same_state_or_port_is_refused(served)
    sigterm_ends_it_in_order(served)


def the_lists_are_there(served: Served) -> None:
    report = served.folder / "output" / "latest" / "run.json"
    assert json.loads(report.read_text())["reference_date"] == "2026-11-20"
    assert list(served.folder.glob("output/latest/0363/signalen-0363-*.xlsx"))
    assert "publish: output" in served.log.read_text()


def the_night_is_found_by_its_name_its_tag_and_its_event(served: Served) -> None:
    run = min(served.scheduled_runs("COMPLETED"), key=lambda run: str(run["start_time"]))
    assert run["name"] == f"{SAMPLE.name} of 2026-11-20"
    assert "brp-signals" in run["tags"]
    (lists,) = served.ask("artifacts/latest/filter", {"artifacts": {"key": {"any_": ["nightly-lists"]}}})
    assert f"{served.folder}/output/{SAMPLE.name}/0363/signalen-0363-" in lists["data"]
    assert wait_for(lambda: bool(served.events()), seconds=30)
    event = served.events()[0]
    assert event["event"] == "brp-signals.night.published"
    assert event["resource"]["prefect.resource.id"] == f"brp-signals.delivery.{SAMPLE.name}"


def both_schedules_stand_and_one_run_goes_at_a_time(served: Served) -> None:
    (deployment,) = served.ask("deployments/filter", {})
    rules = {
        (schedule["schedule"]["rrule"], schedule["schedule"]["timezone"])
        for schedule in deployment["schedules"]
        if schedule["active"] and "rrule" in schedule["schedule"]
    }
    assert rules == {(rule, "Europe/Amsterdam") for rule in serving.RULES}
    assert deployment["global_concurrency_limit"]["limit"] == 1
    assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"


def nobody_of_the_delivery_is_known_to_prefect(served: Served) -> None:
    people = {line[:32] for line in (SAMPLE / "persons.csv").read_text().splitlines()[1:]}
    assert len(people) > 1000
    for file in (served.folder / "state" / "prefect").rglob("*"):
        if file.is_file():
            words = set(re.findall(r"[0-9a-f]{32}", file.read_text(encoding="latin-1")))
            assert not words & people, file.name
    assert not set(re.findall(r"[0-9a-f]{32}", served.log.read_text())) & people


def a_second_serve_on_the_same_state_or_port_is_refused(served: Served) -> None:
    inbox = served.folder / "inbox"
    with pytest.raises(RunLocked, match="stop that one first"):
        serving.serve(inbox=inbox, state=served.folder / "state", port=free_port())
    with pytest.raises(UsageProblem, match=f"Port {served.port} is in use"):
        serving.serve(inbox=inbox, state=served.folder / "elsewhere", port=served.port)


def sigterm_ends_it_in_order(served: Served) -> None:
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(60) == 0
    assert wait_for(lambda: not listening(served.port), seconds=5)
    with sqlite3.connect(served.folder / "state" / "prefect" / "prefect.db") as database:
        assert database.execute("SELECT name, paused FROM deployment").fetchall() == [("nightly", 1)]
    assert "Stopped." in served.log.read_text()
    assert "Traceback" not in served.log.read_text()


@pytest.mark.parametrize("start", ["2026-03-27T12:00:00+00:00", "2026-10-23T12:00:00+00:00"])
def test_the_schedule_is_0415_and_a_second_try_at_0445_dutch_time(start: str) -> None:
    """As Prefect's server counts it, over both changes of the clock."""
    from prefect.server.schemas.schedules import RRuleSchedule

    for schedule, clock in zip(serving.nightly_schedules(), ("04:15", "04:45"), strict=True):
        assert schedule.rrule and schedule.timezone
        counted = RRuleSchedule(rrule=schedule.rrule, timezone=schedule.timezone)
        nights = asyncio.run(counted.get_dates(4, start=datetime.fromisoformat(start)))
        assert schedule.timezone == "Europe/Amsterdam"
        assert [f"{night.astimezone(ZoneInfo(schedule.timezone)):%H:%M}" for night in nights] == [clock] * 4
        assert len({night.date() for night in nights}) == 4


def test_the_file_for_an_own_prefect_says_the_same_as_serve() -> None:
    from flows.nightly import TAGS, nightly

    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    pools = {each["name"]: each["work_pool"]["name"] for each in deployments}
    assert pools == {"nightly": "brp-signals", "nightly-in-docker": "brp-signals-docker"}
    for deployment in deployments:
        assert [each["rrule"] for each in deployment["schedules"]] == list(serving.RULES)
        assert {each["timezone"] for each in deployment["schedules"]} == {serving.TIMEZONE}
        assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
        assert set(deployment["parameters"]) <= set(signature(nightly.fn).parameters)
        assert deployment["work_pool"]["job_variables"]["env"] == {"PREFECT_LOGGING_TO_API_ENABLED": "false"}
        assert tuple(deployment["tags"]) == TAGS
        file, _, name = deployment["entrypoint"].partition(":")
        assert (ROOT / file).is_file() and name == nightly.fn.__name__


@pytest.mark.parametrize("missing", ["inbox", "config"])
def test_serving_what_is_not_there_is_wrong_use(tmp_path: Path, missing: str) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there.toml").touch()
    given: dict[str, Any] = {"inbox": tmp_path / "there", "config": tmp_path / "there.toml", missing: tmp_path / "no"}
    with pytest.raises(UsageProblem, match="no"):
        serving.serve(state=tmp_path / "state", port=free_port(), **given)
    assert not (tmp_path / "state").exists()


def test_a_port_in_use_is_told_before_anything_starts(tmp_path: Path) -> None:
    before = dict(os.environ)
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        started = time.monotonic()
        with pytest.raises(UsageProblem, match="name a free port"):
            serving.serve(inbox=tmp_path, state=tmp_path / "state", port=busy.getsockname()[1])
    assert time.monotonic() - started < 5
    assert dict(os.environ) == before
