"""A Prefect server of our own on loopback, as a process: `python -m brp_signals.schedule.server SOCKET STARTER`.

Any user of the machine can connect to loopback, so the server asks a secret that is made at each start. Processes pass
it on in the environment, which the kernel shows to this user only; the operator finds it in a file that only this user
can read. `serve` keeps the port itself until its end: when the server dies nobody else can take its place and tell us
what to run.
"""

import os
import secrets
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from brp_signals.base.errors import InternalFailure, UsageProblem
from brp_signals.base.private_files import refuse_open_folder, replace_private
from brp_signals.schedule.lifeline import end_with

HOST: Final = "127.0.0.1"

#: The file of Prefect's folder with what an operator's shell needs to talk to the server (docs/operations.md, "Logs").
OPERATOR_FILE: Final = "operator.env"
_FOR_OPERATORS: Final = (
    "PREFECT_HOME",
    "PREFECT_API_URL",
    "PREFECT_API_AUTH_STRING",
    "PREFECT_SERVER_ANALYTICS_ENABLED",
    "DO_NOT_TRACK",
)

#: Services of the server that only schedules need: without them a single run has the processor to itself.
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
_BACKLOG: Final = 256


@dataclass(frozen=True)
class Server:
    """A running server: its process and its address."""

    process: subprocess.Popen[bytes]
    api: str

    def answers(self) -> bool:
        """Whether the server answers within a few seconds."""
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(f"{self.api}/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def prefect_settings(state: Path, port: int) -> dict[str, str]:
    """Return the environment for Prefect: its files are in the state folder, it sends no usage data, and it listens on
    loopback only.
    """
    return {
        "PREFECT_HOME": str(prefect_home(state)),
        "PREFECT_API_URL": f"http://{HOST}:{port}/api",
        "PREFECT_API_AUTH_STRING": secrets.token_urlsafe(32),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",  # a log line is never kept in its database
        # It removes its own old runs, with their artifacts (docs/retention.md).
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(90 * 86400),
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
        # These print a traceback of every failure; our hook says the same in one sentence.
        "PREFECT_LOGGING_LOGGERS_PREFECT_FLOW_RUNS_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL": "CRITICAL",
        "PYTHONSAFEPATH": "1",  # no process of ours imports modules from its working folder
    }


def prefect_home(state: Path) -> Path:
    """Return Prefect's folder, and make it when it does not exist. Raises UsageProblem when the state folder is open to
    others.
    """
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_open_folder(state, "state")
    home = (state / "prefect").resolve()
    home.mkdir(mode=0o700, exist_ok=True)
    home.chmod(0o700)
    return home


@contextmanager
def running_server(state: Path, port: int, *, is_for_one_run: bool = False) -> Iterator[Server]:
    """Run a Prefect server of our own on loopback while the block lasts, and set this process up to talk to it."""
    with _listening(port) as listener:
        settings = prefect_settings(state, port)
        if is_for_one_run:
            settings |= {f"PREFECT_SERVER_SERVICES_{service}_ENABLED": "false" for service in _SCHEDULE_SERVICES}
        with _prefect_environment(settings), _private_files(), _file_for_operators(settings):
            server = Server(_start(listener, settings), settings["PREFECT_API_URL"])
            try:
                import prefect  # noqa: F401 -- takes two seconds that the server needs anyway

                _await(server)
                if is_for_one_run:
                    listener.close()  # nobody watches this server; a call to one that died must fail, not wait
                yield server
            finally:
                _stop(server.process)


def free_port() -> int:
    """Return a port on loopback that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """Hold the port, so that it is ours alone to the end of the block."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen(_BACKLOG)
        except OSError:
            raise UsageProblem(
                f"Port {port} is in use, by another `brp-signals serve` or another program; "
                "stop that one or name a free port with --port."
            ) from None
        yield listener


@contextmanager
def _prefect_environment(settings: Mapping[str, str]) -> Iterator[None]:
    """Set exactly these settings: a setting from elsewhere could send the database or the log to another place."""
    ours = {name for name in os.environ if name.upper().startswith("PREFECT_") or name in settings}
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


@contextmanager
def _private_files() -> Iterator[None]:
    """Make every file that Prefect writes in this process readable by its owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _file_for_operators(settings: Mapping[str, str]) -> Iterator[None]:
    """Write a file for an operator's shell, which only this user can read, for as long as the server lives."""
    file = Path(settings["PREFECT_HOME"]) / OPERATOR_FILE
    lines = [f"export {name}={shlex.quote(settings[name])}\n" for name in _FOR_OPERATORS]
    replace_private(file, lambda stream: stream.write("".join(lines).encode()))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _start(listener: socket.socket, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", __name__, str(listener.fileno()), str(os.getpid())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[listener.fileno()],
        cwd=settings["PREFECT_HOME"],  # Prefect reads settings from files in the folder where it starts
        env=os.environ | {"PREFECT_SERVER_API_AUTH_STRING": settings["PREFECT_API_AUTH_STRING"]},
        umask=0o077,  # its database would be readable by everyone
        start_new_session=True,  # Ctrl-C reaches us only: the schedule is paused while the server lives
    )


def _await(server: Server) -> None:
    give_up = time.monotonic() + _START_SECONDS
    while time.monotonic() < give_up:
        if server.process.poll() is not None:
            raise InternalFailure(
                f"The Prefect server ended with code {server.process.returncode} while starting; its own lines above "
                "say why. `brp-signals run` does the same work without a server."
            )
        if server.answers():
            return
        time.sleep(0.1)
    raise InternalFailure(f"The Prefect server did not answer within {_START_SECONDS:g} seconds; try again.")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


# ---- the server's side


def _be_the_server(listener: socket.socket) -> None:
    import uvicorn
    from prefect.server.api.collections import KNOWN_VIEWS
    from prefect.server.api.server import create_app

    # Kinds of workers and blocks: Prefect then reads from a file of its own what it would otherwise fetch from the
    # network.
    KNOWN_VIEWS.update(dict.fromkeys(KNOWN_VIEWS, ""))
    app = create_app(final=True)
    patience = int(_STOP_SECONDS / 3)  # for requests that are busy when it is told to stop
    uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=patience)).run(sockets=[listener])


if __name__ == "__main__":
    end_with(int(sys.argv[2]))
    _be_the_server(socket.socket(fileno=int(sys.argv[1])))
