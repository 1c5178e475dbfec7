"""The nightly schedule on this machine: a Prefect server on loopback, and the flow served from it.

Prefect is imported inside the functions, once its settings are in the environment: it reads them only when it is
imported. Everything that it keeps is below the state folder, readable by this user only.
"""

import asyncio
import fcntl
import logging
import multiprocessing
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import chdir, contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, NoReturn
from uuid import UUID

from brp_signals.base.config import load_configuration
from brp_signals.base.errors import InternalFailure, RunLocked, SignalsError, UsageProblem
from brp_signals.base.logs import listen
from brp_signals.base.private_files import open_lock
from brp_signals.schedule.alerts import night_cancelled, night_failed, schedule_stopped
from brp_signals.schedule.server import Server, free_port, prefect_home, running_server
from brp_signals.schedule.worker import start_ahead

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient
    from prefect.runner import Runner
    from prefect.schedules import Schedule

PORT: Final = 4200
DEPLOYMENT: Final = "nightly"
TIMEZONE: Final = "Europe/Amsterdam"

#: The night and its second try. They are not between two and three, when the clock changes twice a year, and half an
#: hour apart, so that a share that was away may be back. They come every day at these times on the clock, as rules of
#: iCalendar (RFC 5545). A cron of Prefect 3.9.1 with a time zone is never scheduled on Python 3.11 and 3.12: its server
#: hands a time zone to a library that refuses it.
RULES: Final = ("DTSTART:20260101T041500\nRRULE:FREQ=DAILY", "DTSTART:20260101T044500\nRRULE:FREQ=DAILY")

#: How often the server is checked, and how long it may be silent: a big night can keep the machine busy.
_WATCH_SECONDS: Final = 5.0
_SILENT_SECONDS: Final = 300.0

#: The time that the rest of the schedule gets to end when its server is gone.
_ENDING_SECONDS: Final = 10.0

_AGAIN: Final = "start `brp-signals serve` again (systemd does so by itself)."
_LOST: Final = "The machine or the schedule stopped while this run was busy."

_log = logging.getLogger("brp_signals.serve")


def nightly_schedules() -> "list[Schedule]":
    """Return the schedules for 04:15 and 04:45, Dutch time, in summer and winter."""
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

    Every scheduled run takes the newest delivery of `inbox`. Only one run goes on at a time: one that starts while
    another is busy is cancelled. The arguments hold for every run; a request for a run can change nothing. Raises
    InternalFailure when the server is lost.
    """
    if config is not None and not config.is_file():
        raise UsageProblem(f"The configuration {config} is not there.")
    load_configuration(config, is_starting=True)
    if not inbox.is_dir():
        raise UsageProblem(f"The inbox {inbox} is not a folder; make it, or name another one with --inbox.")
    night: dict[str, Any] = {
        "inbox": inbox.resolve(),
        "state": state.resolve(),
        "output": output.resolve(),
        "config": config.resolve() if config else None,
    }
    if time_limit_minutes is not None:
        night["time_limit_minutes"] = time_limit_minutes
    state = state.absolute()
    with (
        _stopping_in_order(),
        _only_one(state),
        chdir(prefect_home(state)),  # Prefect reads settings from files where it starts
        _own_temporary_folder(),
        running_server(state, port) as server,
    ):
        _refuse_another_server()
        _serve_flow(night, server, schedules)


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
    start_ahead()  # the worker starts while the server makes its database, which takes some ten seconds
    night: dict[str, Any] = {
        "delivery": delivery.resolve(),
        "reference_date": reference_date,
        "state": state.resolve(),
        "output": output.resolve(),
        "config": config.resolve() if config else None,
    }
    if time_limit_minutes:
        night["time_limit_minutes"] = time_limit_minutes
    state = state.absolute()
    with chdir(prefect_home(state)), running_server(state, free_port(), is_for_one_run=True):
        _refuse_another_server()
        from prefect import tags

        from flows.nightly import TAGS, nightly

        try:
            with tags(*TAGS):
                counts: Any = nightly(**night)
        except SignalsError:
            raise
        except Exception as fault:
            raise InternalFailure(
                f"Prefect could not run the flow ({type(fault).__name__}); "
                "`brp-signals run` does the same work without it."
            ) from None
    return dict(counts)


@contextmanager
def _own_temporary_folder() -> Iterator[None]:
    """Make Prefect's runner keep its files below this folder: everybody can use `/tmp`."""
    before, folder = tempfile.tempdir, Path.cwd() / "tmp"
    shutil.rmtree(folder, ignore_errors=True)  # files that a killed runner left
    folder.mkdir(mode=0o700)
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def _refuse_another_server() -> None:
    """Make sure that Prefect took our settings: if imported earlier, it talks to another server or starts one."""
    from prefect.settings import PREFECT_API_URL

    if PREFECT_API_URL.value() != os.environ["PREFECT_API_URL"]:
        raise InternalFailure(
            "Prefect was imported before its settings stood, so it would use another server; "
            "start this in a process of its own."
        )


@contextmanager
def _only_one(state: Path) -> Iterator[None]:
    """Let one server only use a Prefect database: two would start every run twice, whatever their ports."""
    with open_lock(prefect_home(state) / "serve.lock") as lock:
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
    except (KeyboardInterrupt, asyncio.CancelledError):
        _log.info("Stopped.")
    finally:
        signal.signal(signal.SIGTERM, before)


def _serve_flow(night: dict[str, Any], server: Server, schedules: "Callable[[], list[Schedule]]") -> None:
    from flows.nightly import served

    flow = served(night, service=os.getpid())
    listen()
    try:
        if _close_lost_runs(flow.name):
            night_failed(night, _LOST)
        _forget_deployments(flow.name)
        asyncio.run(_keep(flow, night, server, schedules()))
    except Exception as fault:
        wrong = f"Prefect could not keep the schedule ({type(fault).__name__}); {_AGAIN}"
        problem = fault if isinstance(fault, InternalFailure) else InternalFailure(wrong)
        schedule_stopped(night, str(problem))
        raise problem from None


async def _keep(flow: Any, night: dict[str, Any], server: Server, schedules: "list[Schedule]") -> None:
    runner = _runner()

    async def work() -> None:
        await _add(runner, flow, schedules)
        _log.info("Serving the nightly schedule; the deliveries are awaited in %s.", night["inbox"])
        await runner.start()

    told = asyncio.create_task(_tell_of_cancelled(flow.name, night))
    try:
        await _beside(server, runner, work())
    finally:
        told.cancel()


def _runner() -> "Runner":
    """Make a runner that treats SIGTERM as asyncio treats Ctrl-C: it pauses the schedules and lets a busy run end."""
    from prefect.runner import Runner

    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    class InOrderRunner(Runner):
        def handle_sigterm(self, *_: Any) -> None:
            # This does not use SIGINT: background jobs of a shell, and commands under nohup, ignore that signal.
            if task and not task.cancelling():
                loop.call_soon_threadsafe(task.cancel)

    # Room for a second run, which Prefect then cancels by name instead of ignoring it.
    return InOrderRunner(name=DEPLOYMENT, limit=2)


async def _add(runner: "Runner", flow: Any, schedules: "list[Schedule]") -> None:
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.types.entrypoint import EntrypointType

    from flows.nightly import TAGS

    await runner.aadd_flow(
        flow,
        name=DEPLOYMENT,
        schedules=schedules,
        tags=list(TAGS),
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


async def _beside(server: Server, runner: "Runner", serving: Coroutine[Any, Any, None]) -> None:
    """Let the runner serve until this task is cancelled; raises InternalFailure when it, or the server, ends before."""
    work, loss = asyncio.create_task(serving), asyncio.create_task(_loss(server))
    try:
        await asyncio.wait({work, loss}, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        loss.cancel()
        work.cancel()
        await asyncio.wait({work})
        raise
    what = f"The scheduler's server {loss.result()}" if loss.done() else "The scheduler stopped on a fault"
    runner.pause_on_shutdown = False  # there is nobody to tell it to
    for busy in multiprocessing.active_children():
        busy.kill()
    work.cancel()
    await asyncio.wait({work}, timeout=_ENDING_SECONDS)
    with suppress(BaseException):
        work.result()
    raise InternalFailure(f"{what}, so no night runs; {_AGAIN}")


async def _loss(server: Server) -> str:
    """Wait until the server is lost, and say how."""
    answered = time.monotonic()
    while server.process.poll() is None:
        if await asyncio.to_thread(server.answers):
            answered = time.monotonic()
        elif time.monotonic() - answered > _SILENT_SECONDS:
            return f"has not answered for {_SILENT_SECONDS:g} seconds"
        await asyncio.sleep(_WATCH_SECONDS)
    return f"ended with code {server.process.returncode}"


async def _tell_of_cancelled(flow_name: str, night: dict[str, Any]) -> None:
    """Alert of every run that is cancelled from now on. This does not return.

    When a run is due while another is busy, the server cancels it before any code of ours begins, and calls no hook.
    """
    from prefect.client.orchestration import get_client

    since, told = datetime.now(UTC), set[UUID]()
    async with get_client() as client:
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            for run_id, why in await _cancelled_runs(client, flow_name, since):
                if run_id not in told:
                    told.add(run_id)
                    await asyncio.to_thread(night_cancelled, night, why)


async def _cancelled_runs(client: "PrefectClient", flow_name: str, since: datetime) -> list[tuple[UUID, str]]:
    """Return the cancelled runs that were due after `since`, with the reason; none when the server does not answer."""
    from prefect.client.schemas.filters import FlowFilter, FlowRunFilter

    cancelled = {"state": {"type": {"any_": ["CANCELLED"]}}, "expected_start_time": {"after_": since}}
    with suppress(Exception):  # `_beside` finds out whether the server is lost
        runs = await client.read_flow_runs(
            flow_filter=FlowFilter.model_validate({"name": {"any_": [flow_name]}}),
            flow_run_filter=FlowRunFilter.model_validate(cancelled),
        )
        return [(run.id, (run.state and run.state.message) or "") for run in runs]
    return []


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


def _forget_deployments(flow_name: str) -> None:
    """Remove the deployments of our flow that earlier starts, other versions or `prefect deploy` left; the history of
    runs stays.

    Serving again is not enough: Prefect 3.9 keeps the other schedules, and they would start runs.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowFilter

    with get_client(sync_client=True) as client:
        for left in client.read_deployments(flow_filter=FlowFilter.model_validate({"name": {"any_": [flow_name]}})):
            client.delete_deployment(left.id)
