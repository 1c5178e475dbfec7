"""Run one night in a process of its own, so that a time limit can really end it.

Python cannot interrupt a query that is running inside the database, and neither can a scheduler. A process can be ended
at any instant, and a run that is ended anywhere has published nothing or everything. So the steps run in a child
process; this side sends the name of a step and waits for its counts.

The two sides speak JSON over one socket. The child holds only that socket's other end: when this side
dies, however it dies, the socket closes and the child ends itself.
"""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

from brp_signals.base.errors import DeliveryRefused, InternalFailure, RunLocked, SignalsError, UsageProblem
from brp_signals.schedule.lifeline import environment_without_prefect

#: The module and function with which the child opens a night.
OPEN_NIGHT: Final = "brp_signals.pipeline:open_night"

#: Modules that the steps import when they need them; a process that starts ahead imports them at once.
_HEAVY: Final = ["brp_signals.pipeline", "brp_signals.steps.judging", "duckdb", "polars", "xlsxwriter"]

#: The time that a night gets to remove its working files when it is asked to close.
CLOSING_SECONDS: Final = 20.0

_ORPHANED: Final = 70

Counts = dict[str, int | str]


class PassingFailure(InternalFailure):
    """A failure of the machine that may be over in a minute: a share that is not mounted, a disk that is full."""


class Night(Protocol):
    """An open run of the pipeline, taken through its steps one by one."""

    @property
    def alarms(self) -> list[dict[str, Any]]: ...

    def run_step(self, name: str, /) -> Counts: ...

    def close(self) -> None: ...


#: The errors that cross the socket by name; anything else arrives as an InternalFailure.
_KNOWN: Final[dict[str, type[SignalsError]]] = {
    kind.__name__: kind for kind in (PassingFailure, UsageProblem, DeliveryRefused, RunLocked, InternalFailure)
}


def start_ahead() -> None:
    """Start the process of the next night now, so that it is ready when that night begins.

    Importing what the steps need takes some seconds, in which this process can do other work.
    """
    child = _Child()
    child.tell({"import": _HEAVY})
    _waiting.append(child)


class NightWorker:
    """A child process that opens one night and runs its steps on command, within a time limit.

    After a failed step the child is gone. Running the step again opens a new night, repeats the steps that
    had succeeded and then the failed one, so that a second attempt never builds on half a step.
    """

    def __init__(
        self,
        delivery: Path,
        *,
        reference_date: date | None = None,
        state: Path,
        output: Path,
        config: Path | None = None,
        deadline_seconds: float,
        open_night: str = OPEN_NIGHT,
    ) -> None:
        if deadline_seconds <= 0:
            raise UsageProblem("The time limit of a night must be more than zero minutes.")
        self._opening: dict[str, str | None] = {
            "open_night": open_night,
            "delivery": str(delivery),
            "reference_date": reference_date.isoformat() if reference_date else None,
            "state": str(state),
            "output": str(output),
            "config": str(config) if config else None,
        }
        self._limit_seconds = deadline_seconds
        self._ends_at = time.monotonic() + deadline_seconds
        self._done: list[str] = []
        self._child: _Child | None = None
        #: What the watch found so far, as `pipeline.OpenNight.alarms` tells it: nothing of a person.
        self.alarms: list[dict[str, Any]] = []

    @property
    def process_id(self) -> int | None:
        """The process id of the child; None when there is no child at the moment."""
        return self._child.process_id if self._child else None

    def run_step(self, name: str) -> Counts:
        """Run one step and return its counts. Raises one of `brp_signals.base.errors`, with a sentence; the child has
        then ended.
        """
        try:
            if self._child is None:
                self._start_again(name)
            counts = self._ask({"step": name}, name)
        except BaseException:
            self._end_child()
            raise
        self._done.append(name)
        return counts

    def close(self) -> None:
        """End the night in good order: the child removes its working files and lets go of the lock."""
        self._end_child()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start_again(self, name: str) -> None:
        self._child = _waiting.pop() if _waiting else _Child()
        self._ask({"open": self._opening}, name)
        for earlier in self._done:
            self._ask({"step": earlier}, earlier)

    def _ask(self, order: dict[str, Any], name: str) -> Counts:
        if self._child is None:
            raise InternalFailure(f"The process of the night is not there for step {name}.")
        answer = self._child.ask(order, self._ends_at)
        if answer is _LATE:
            self._child.kill()
            raise InternalFailure(_too_long(name, self._limit_seconds))
        if answer is _GONE:
            raise InternalFailure(_died(name, self._child.end_of_life()))
        if "sentence" in answer:
            raise _KNOWN[answer["kind"]](answer["sentence"])
        self.alarms = answer["alarms"]
        counts: Counts = answer["counts"]
        return counts

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child:
            child.end(min(CLOSING_SECONDS, max(1.0, self._ends_at - time.monotonic())))


_waiting: "list[_Child]" = []

_LATE: Final[dict[str, Any]] = {"late": True}
_GONE: Final[dict[str, Any]] = {"gone": True}


class _Child:
    """The process and this side's end of the socket."""

    def __init__(self) -> None:
        self._line, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 -- our own module, no word from outside
                [sys.executable, "-P", "-m", __name__, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=environment_without_prefect(),
                start_new_session=True,  # Ctrl-C reaches this side only, which then ends the child in order
            )

    @property
    def process_id(self) -> int:
        return self._process.pid

    def tell(self, order: dict[str, Any]) -> None:
        """Send an order that has no answer; if the child is gone, the next question finds out."""
        with suppress(OSError):
            self._line.send_bytes(json.dumps(order).encode())

    def ask(self, order: dict[str, Any], ends_at: float) -> dict[str, Any]:
        try:
            self._line.send_bytes(json.dumps(order).encode())
            if not self._line.poll(max(0.0, ends_at - time.monotonic())):
                return _LATE
            answer: dict[str, Any] = json.loads(self._line.recv_bytes())
        except (EOFError, OSError):
            return _GONE
        return answer

    def kill(self) -> int:
        """End the child and every process that it started at once, and return its return code."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        return self._process.wait()

    def end_of_life(self) -> int:
        """Return the return code of a child that closed its socket; it may need a moment to end."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        return self.kill()

    def end(self, patience_seconds: float) -> None:
        self.tell({"close": True})
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience_seconds)
        self.kill()
        self._line.close()


def _too_long(name: str, limit_seconds: float) -> str:
    limit = f"{limit_seconds / 60:g} minutes"
    return (
        f"The night took longer than {limit} and was stopped in step {name}; {_published_nothing(name)}. "
        "Give it more time, or see in the log which step has become slow."
    )


def _died(name: str, return_code: int) -> str:
    how = f"by signal {-return_code}" if return_code < 0 else f"with code {return_code}"
    memory = " (the machine may have run out of memory)" if return_code == -signal.SIGKILL else ""
    return (
        f"The process of the night ended {how}{memory} in step {name}; {_published_nothing(name)}. "
        "Run it again; if it ends the same way, look in the system log of that minute."
    )


def _published_nothing(name: str) -> str:
    if name == "publish":  # it may have ended just after the one rename that publishes
        return "the lists are whole: those of this run or those of the run before"
    return "nothing was published"


# ---- the child's side


def _serve(line: Connection) -> None:
    orders: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(line, orders), daemon=True).start()
    night: Night | None = None
    while "close" not in (order := orders.get()):
        try:
            if "import" in order:
                _import(order["import"])
            elif "open" in order:
                night = _open(order["open"])
                _reply(line, {"counts": {}, "alarms": []})
            elif night is not None:
                counts = night.run_step(order["step"])
                _reply(line, {"counts": counts, "alarms": night.alarms})
        except BaseException as error:  # whatever it is, the other side waits for a sentence
            _reply(line, _as_answer(error, order.get("step", "delivery")))
    if night is not None:
        with suppress(Exception):  # the lists are out or the step has failed: closing changes neither
            night.close()


def _listen(line: Connection, orders: "queue.SimpleQueue[dict[str, Any]]") -> None:
    """Take orders; end the process when the other side is gone, even in the middle of a query."""
    try:
        while True:
            orders.put(json.loads(line.recv_bytes()))
    except (EOFError, OSError):
        os._exit(_ORPHANED)


def _import(modules: list[str]) -> None:
    """Import what will be needed; an import that fails here fails again, and is reported, in the step that needs it."""
    for module in modules:
        with suppress(Exception):
            import_module(module)


def _open(opening: dict[str, str | None]) -> Night:
    module, _, name = str(opening["open_night"]).partition(":")
    open_night: Callable[..., Night] = getattr(import_module(module), name)
    day = opening["reference_date"]
    config = opening["config"]
    return open_night(
        Path(str(opening["delivery"])),
        reference_date=date.fromisoformat(day) if day else None,
        state=Path(str(opening["state"])),
        output=Path(str(opening["output"])),
        config=Path(config) if config else None,
    )


def _reply(line: Connection, answer: dict[str, Any]) -> None:
    line.send_bytes(json.dumps(answer).encode())


def _as_answer(error: BaseException, step: str) -> dict[str, Any]:
    """Return the error as a kind and a sentence; the text of the error is used only when we wrote it."""
    if isinstance(error, SignalsError):
        names = [base.__name__ for base in type(error).__mro__]
        kind = next((name for name in names if name in _KNOWN), "InternalFailure")
        if kind == "InternalFailure" and _may_pass(error):
            kind = "PassingFailure"
        return {"kind": kind, "sentence": str(error)}
    if isinstance(error, MemoryError):
        sentence = f"Step {step} needs more memory than this machine has free."
        return {"kind": "InternalFailure", "sentence": sentence}
    if isinstance(error, OSError):
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        sentence = f"Step {step} could not read or write a file ({reason}); mend that and run again."
        return {"kind": "PassingFailure", "sentence": sentence}
    return {"kind": "InternalFailure", "sentence": _fault(error, step)}


def _may_pass(error: BaseException) -> bool:
    """Whether files or disks of the machine caused this error."""
    behind = error.__cause__ or error.__context__
    while behind is not None:
        if isinstance(behind, OSError) or type(behind).__name__ == "IOException":  # DuckDB's own OSError
            return True
        behind = behind.__cause__ or behind.__context__
    return False


def _fault(error: BaseException, step: str) -> str:
    """Return the place in the software where it went wrong, without the text of the error, which may quote a row."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    ours = [frame for frame in frames if "brp_signals" in Path(frame.filename).parts] or frames
    where = f" at {Path(ours[-1].filename).name} line {ours[-1].lineno}" if ours else ""
    return (
        f"Step {step} failed on a fault in the software ({type(error).__name__}{where}), not in the "
        "delivery; run it with `brp-signals run … --debug` and report what that says."
    )


if __name__ == "__main__":
    _serve(Connection(int(sys.argv[1])))
