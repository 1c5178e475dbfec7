"""The nightly schedule on this machine: a Prefect server on loopback, and the flow served from it.

Prefect is imported inside the functions, after its settings stand in the environment: it reads them once,
when it is imported. All it keeps goes below the state folder, readable by this user only.
"""

import asyncio
import ctypes
import fcntl
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, NoReturn

from brp_signals.alerts import night_failed
from brp_signals.errors import InternalFailure, RunLocked, SignalsError, UsageProblem
from brp_signals.logs import listen
from brp_signals.night_worker import start_ahead
from brp_signals.private_files import open_lock, refuse_open_folder

if TYPE_CHECKING:
    from prefect.schedules import Schedule

HOST: Final = "127.0.0.1"
PORT: Final = 4200
DEPLOYMENT: Final = "nightly"
TIMEZONE: Final = "Europe/Amsterdam"

#: The night and its second try. Not between two and three, when the clock changes twice a year; half an
#: hour apart, because after a power cut Prefect frees the place of a lost run only after some five minutes.
#: Every day at these times on the clock, as rules of iCalendar (RFC 5545). A cron of Prefect 3.9.1 with a time zone is
#: never scheduled on Python 3.11 and 3.12: its server hands a time zone to a library that refuses it.
RULES: Final = ("DTSTART:20260101T041500\nRRULE:FREQ=DAILY", "DTSTART:20260101T044500\nRRULE:FREQ=DAILY")

#: What the server does only for schedules: without it a single run has the processor to itself.
_SCHEDULE_SERVICES: Final = (
    "CANCELLATION_CLEANUP",
    "FOREMAN",
    "LATE_RUNS",
    "PAUSE_EXPIRATIONS",
    "SCHEDULER",
    "TRIGGERS",
)

_START_SECONDS: Final = 120.0
_STOP_SECONDS: Final = 15.0
_PR_SET_PDEATHSIG: Final = 1

_LOST: Final = "The machine or the schedule stopped while this run was busy."

_log = logging.getLogger("brp_signals.serve")


def nightly_schedules() -> "list[Schedule]":
    """04:15 and 04:45, Dutch time, in summer and winter."""
    from prefect.schedules import RRule

    return [RRule(rule, timezone=TIMEZONE) for rule in RULES]


def serve(
    *,
    inbox: Path = Path("inbox"),
    state: Path = Path("state"),
    output: Path = Path("output"),
    config: Path | None = None,
    port: int = PORT,
    time_limit_minutes: float | None = None,
    schedules: "Callable[[], list[Schedule]]" = nightly_schedules,
) -> None:
    """Keep the nightly schedule until this process is told to stop (SIGTERM, SIGINT).

    Every scheduled run takes the newest delivery of `inbox`. Only one run goes on at a time: one that
    starts while another is busy is cancelled.
    """
    if config is not None and not config.is_file():
        raise UsageProblem(f"The configuration {config} is not there.")
    if not inbox.is_dir():
        raise UsageProblem(f"The inbox {inbox} is not a folder; make it, or name another one with --inbox.")
    parameters: dict[str, Any] = {
        "inbox": str(inbox.resolve()),
        "state": str(state.resolve()),
        "output": str(output.resolve()),
        "config": str(config.resolve()) if config else None,
    }
    if time_limit_minutes is not None:
        parameters["time_limit_minutes"] = time_limit_minutes
    with _stopping_in_order(), _only_one(state), running_server(state, port):
        _refuse_another_server()
        _serve_flow(parameters, schedules)


def run_once(
    delivery: Path,
    *,
    reference_date: date | None = None,
    state: Path = Path("state"),
    output: Path = Path("output"),
    config: Path | None = None,
    time_limit_minutes: float | None = None,
) -> dict[str, int | str]:
    """Run the nightly flow once for this delivery, with a server that lives as long as the run."""
    start_ahead()  # it gets ready while the server is making its database, which takes some ten seconds
    with running_server(state, free_port(), is_for_one_run=True):
        _refuse_another_server()
        from flows.nightly import TIME_LIMIT_MINUTES, nightly

        try:
            counts: Any = nightly(
                delivery=delivery.resolve(),
                reference_date=reference_date,
                state=state.resolve(),
                output=output.resolve(),
                config=config.resolve() if config else None,
                time_limit_minutes=time_limit_minutes or TIME_LIMIT_MINUTES,
            )
        except SignalsError:
            raise
        except Exception as fault:
            raise InternalFailure(
                f"Prefect could not run the flow ({type(fault).__name__}); "
                "`brp-signals run` does the same work without it."
            ) from None
    return dict(counts)


def prefect_settings(state: Path, port: int) -> dict[str, str]:
    """The environment of everything Prefect: at home in the state folder, silent, and at home only."""
    return {
        "PREFECT_HOME": str(_home(state)),
        "PREFECT_API_URL": f"http://{HOST}:{port}/api",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",  # a log line is never kept in its database
        # It removes its own old runs, with their artifacts (docs/retention.md).
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(90 * 86400),
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
        # These print a traceback of every failure; our hook says the same in one sentence.
        "PREFECT_LOGGING_LOGGERS_PREFECT_FLOW_RUNS_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL": "CRITICAL",
    }


@contextmanager
def running_server(state: Path, port: int, *, is_for_one_run: bool = False) -> Iterator[None]:
    """A Prefect server of our own on loopback while the block lasts, this process set up to talk to it."""
    _refuse_busy(port)
    settings = prefect_settings(state, port)
    if is_for_one_run:
        settings |= {f"PREFECT_SERVER_SERVICES_{service}_ENABLED": "false" for service in _SCHEDULE_SERVICES}
    with _prefect_environment(settings), _private_files():
        server = _start_server(port)
        try:
            import prefect  # noqa: F401 -- takes two seconds that the server needs anyway

            _await_health(server, settings["PREFECT_API_URL"])
            yield
        finally:
            _stop_server(server)


@contextmanager
def _private_files() -> Iterator[None]:
    """Whatever Prefect writes in this process is for its owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _prefect_environment(settings: dict[str, str]) -> Iterator[None]:
    """Set exactly these settings: one that was lying about could send the database or the log elsewhere."""
    ours = {name for name in os.environ if name.startswith("PREFECT_") or name in settings}
    before = {name: os.environ[name] for name in ours}
    for name in before:
        del os.environ[name]
    os.environ.update(settings)
    try:
        yield
    finally:
        for name in settings:
            os.environ.pop(name, None)
        os.environ.update(before)


def _refuse_another_server() -> None:
    """Make sure that Prefect took our settings: imported earlier it talks to another server, or starts one."""
    from prefect.settings import PREFECT_API_URL

    if PREFECT_API_URL.value() != os.environ["PREFECT_API_URL"]:
        raise InternalFailure(
            "Prefect was imported before its settings stood, so it would use another server; "
            "start this in a process of its own."
        )


def _home(state: Path) -> Path:
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_open_folder(state, "state")
    home = (state / "prefect").resolve()
    home.mkdir(mode=0o700, exist_ok=True)
    home.chmod(0o700)
    return home


def _refuse_busy(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise UsageProblem(
                f"Port {port} is in use, by another `brp-signals serve` or another program; "
                "stop that one or name a free port with --port."
            ) from None


def free_port() -> int:
    """A port on loopback that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _start_server(port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "prefect", "server", "start", "--no-ui", "--host", HOST]
    return subprocess.Popen(
        [*command, "--port", str(port)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        umask=0o077,  # its database would be readable by everyone
        start_new_session=True,  # Ctrl-C reaches us only: the schedule is paused while the server lives
        preexec_fn=_ending_with_parent(),
    )


def _ending_with_parent() -> Any:
    """What makes the kernel end a child when we are killed and can no longer do it ourselves (Linux)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _await_health(server: subprocess.Popen[bytes], api: str) -> None:
    give_up = time.monotonic() + _START_SECONDS
    while time.monotonic() < give_up:
        if server.poll() is not None:
            raise InternalFailure(
                f"The Prefect server ended with code {server.returncode} while starting; its own lines above "
                "say why. `brp-signals run` does the same work without a server."
            )
        if _answers(f"{api}/health"):
            return
        time.sleep(0.1)
    raise InternalFailure(f"The Prefect server did not answer within {_START_SECONDS:g} seconds; try again.")


def _answers(address: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _stop_server(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextmanager
def _only_one(state: Path) -> Iterator[None]:
    """Two servers on one Prefect database would fire everything twice, whatever their ports."""
    with open_lock(_home(state) / "serve.lock") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RunLocked(
                f"Another `brp-signals serve` uses the state folder {state}; stop that one first."
            ) from None
        yield


@contextmanager
def _stopping_in_order() -> Iterator[None]:
    """Turn SIGTERM into an ordinary end, so that the server is stopped on the way out."""

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        raise SystemExit(0)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        _log.info("Stopped.")
    finally:
        signal.signal(signal.SIGTERM, before)


def _serve_flow(parameters: dict[str, Any], schedules: "Callable[[], list[Schedule]]") -> None:
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.runner import Runner
    from prefect.types.entrypoint import EntrypointType

    from flows.nightly import nightly

    class InOrderRunner(Runner):
        """A runner that takes SIGTERM as it takes Ctrl-C: pause the schedules, let a busy run end."""

        def handle_sigterm(self, *_: Any) -> None:
            signal.raise_signal(signal.SIGINT)

    async def keep() -> None:
        runner = InOrderRunner(
            name=DEPLOYMENT,
            limit=2,  # room for the second run, which Prefect then cancels by name instead of ignoring it
        )
        await runner.aadd_flow(
            nightly,
            name=DEPLOYMENT,
            schedules=schedules(),
            parameters=parameters,
            concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        await runner.start()

    listen()
    if _close_lost_runs(nightly.name):
        night_failed(parameters, _LOST)
    _log.info("Serving the nightly schedule; the deliveries are awaited in %s.", parameters["inbox"])
    asyncio.run(keep())


def _close_lost_runs(flow_name: str) -> int:
    """Mark runs that a power cut left behind as running, and count them; their process is gone with the last server."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowFilter, FlowRunFilter
    from prefect.client.schemas.objects import State
    from prefect.client.schemas.sorting import FlowRunSort
    from prefect.states import Crashed

    busy = {"state": {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING"]}}}
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(
            flow_filter=FlowFilter.model_validate({"name": {"any_": [flow_name]}}),
            flow_run_filter=FlowRunFilter.model_validate(busy),
            sort=FlowRunSort.ID_DESC,
            limit=100,  # one at a time means one, or a few
        )
        for run in runs:
            lost: State[Any] = Crashed(message=_LOST)
            client.set_flow_run_state(run.id, lost, force=True)
            _log.warning("Run %s was left behind by an earlier stop and is now marked as crashed.", run.name)
    return len(runs)
