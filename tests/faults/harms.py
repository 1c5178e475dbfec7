"""What can be done to a run from inside its process, one small declared object each.

They are sent to the process that runs, which calls `prepare` before it starts.
"""

import errno
import itertools
import os
import pkgutil
import resource
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, Self

Tell = Callable[[str], None]
When = Literal["before", "after"]


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class KillAt:
    """SIGKILL before or after the nth call of a function, named as `module:name`."""

    function: str
    when: When = "before"
    nth: int = 1

    def prepare(self, tell: Tell) -> None:
        module, _, path = self.function.partition(":")
        place, _, name = path.rpartition(".")
        owner = pkgutil.resolve_name(f"{module}:{place}")
        original, calls = getattr(owner, name), itertools.count(1)

        def called(*arguments: Any, **named: Any) -> Any:
            is_now = next(calls) == self.nth
            if is_now and self.when == "before":
                _die()
            result = original(*arguments, **named)
            if is_now:
                _die()
            return result

        setattr(owner, name, called)


@dataclass(frozen=True)
class TellAt:
    """No harm: send a word when a function is called, so that the harness can kill soon after."""

    function: str
    word: str

    def prepare(self, tell: Tell) -> None:
        module, _, name = self.function.partition(":")
        owner = pkgutil.resolve_name(module)
        original = getattr(owner, name)

        def called(*arguments: Any, **named: Any) -> Any:
            tell(self.word)
            return original(*arguments, **named)

        setattr(owner, name, called)


@dataclass(frozen=True)
class KillAtCommit:
    """SIGKILL before or after the commit of the run into the ledger."""

    when: When

    def prepare(self, tell: Tell) -> None:
        def act(when: When, statement: str) -> None:
            if when == self.when and statement == "COMMIT":
                _die()

        _watch_sqlite(act)


def _watch_sqlite(act: Callable[[When, str], None]) -> None:
    """Call `act` before and after every statement of a connection made from now on."""

    class Watched(sqlite3.Connection):
        def execute(self, statement: str, *parameters: Any) -> sqlite3.Cursor:
            act("before", statement)
            cursor = super().execute(statement, *parameters)
            act("after", statement)
            return cursor

    sqlite3.connect = partial(sqlite3.connect, factory=Watched)  # type: ignore[assignment]


#: Audit events that make something new on a disk; `open` is looked at more closely.
_MAKING: Final = ("os.mkdir", "os.symlink")
_REMOVING: Final = ("os.remove", "os.rmdir")


def _opens_for_writing(event: str, arguments: tuple[Any, ...]) -> bool:
    return event == "open" and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


@dataclass(frozen=True)
class DiskFull:
    """No space from the nth time on that something is about to be written, by whoever: Python, SQLite or DuckDB.

    The size that a file may have becomes 0, so that every write fails (EFBIG); nothing new can be made (ENOSPC).
    """

    nth: int

    def prepare(self, tell: Tell) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        occasions = itertools.count(1)
        is_full = False

        def look(place: str) -> None:
            nonlocal is_full
            if not is_full and next(occasions) >= self.nth:
                is_full = True
                tell(f"full at {place}")
                resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

        def watch(event: str, arguments: tuple[Any, ...]) -> None:
            is_open = _opens_for_writing(event, arguments)
            if not (is_open or event in (*_MAKING, "os.rename")) or str(arguments[0]).startswith(("/dev/", "/proc/")):
                return
            look(event)
            place = arguments[1] if event == "os.symlink" else arguments[0]
            if is_full and event != "os.rename" and not os.path.lexists(place):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        _watch_sqlite(lambda when, words: look("SQLite") if words in ("BEGIN IMMEDIATE", "COMMIT") else None)
        _watch_duckdb(lambda statement: look("DuckDB") if statement.startswith(("COPY", "ATTACH")) else None)
        sys.addaudithook(watch)


def _watch_duckdb(act: Callable[[str], None]) -> None:
    from brp_signals.base.warehouse import Warehouse

    original = Warehouse.execute

    def execute(warehouse: Warehouse, statement: str, what: str, **parameters: Any) -> Any:
        act(statement)
        return original(warehouse, statement, what, **parameters)

    Warehouse.execute = execute  # type: ignore[method-assign, assignment]


@dataclass(frozen=True)
class FilesAtMost:
    """No file may grow beyond so many bytes (RLIMIT_FSIZE), from the start of the run."""

    n_bytes: int

    def prepare(self, tell: Tell) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.n_bytes, resource.RLIM_INFINITY))


@dataclass(frozen=True)
class ReadOnly:
    """Nothing can be made or changed below a folder of this name, as on a file system mounted read-only."""

    folder: str

    def prepare(self, tell: Tell) -> None:
        def watch(event: str, arguments: tuple[Any, ...]) -> None:
            is_change = _opens_for_writing(event, arguments) or event in (*_MAKING, *_REMOVING, "os.rename")
            if is_change and any(self._holds(path) for path in arguments[:2]):
                raise OSError(errno.EROFS, os.strerror(errno.EROFS))

        sys.addaudithook(watch)

    def _holds(self, path: object) -> bool:
        return self.folder in Path(str(path)).parts


@dataclass(frozen=True)
class Impatient:
    """No harm: the run waits but a moment for a locked ledger, so that nobody has to wait for the run."""

    def prepare(self, tell: Tell) -> None:
        connect = sqlite3.connect
        sqlite3.connect = lambda *words, **how: connect(*words, **{**how, "timeout": 0.2})


@dataclass(frozen=True)
class Clock:
    """The clock of the machine stands at `starts_at` (UTC, ISO) and, from step `jumps_at` on, an hour earlier."""

    starts_at: str
    jumps_at: str = ""

    def prepare(self, tell: Tell) -> None:
        os.environ["TZ"] = "Europe/Amsterdam"
        time.tzset()
        shift = datetime.fromisoformat(self.starts_at).replace(tzinfo=UTC) - datetime.now(UTC)
        real_time, back = time.time, timedelta(0)

        class Shifted(datetime):
            @classmethod
            def now(cls, zone: tzinfo | None = None) -> Self:
                moment = datetime.now(UTC) + shift + back
                return cls.fromtimestamp(moment.timestamp(), zone)

        time.time = lambda: real_time() + (shift + back).total_seconds()
        for module in [module for name, module in sys.modules.items() if name.startswith("brp_signals")]:
            if getattr(module, "datetime", None) is datetime:
                module.datetime = Shifted  # type: ignore[attr-defined]

        def jump(step: str) -> None:
            nonlocal back
            if step == self.jumps_at:
                back = timedelta(hours=-1)

        _before_each_step(jump)


def _before_each_step(act: Callable[[str], None]) -> None:
    from brp_signals import pipeline

    original = pipeline.OpenNight.run_step

    def run_step(night: pipeline.OpenNight, name: str) -> dict[str, Any]:
        act(name)
        return original(night, name)

    pipeline.OpenNight.run_step = run_step  # type: ignore[method-assign, assignment]


@dataclass(frozen=True)
class MemoryAtMost:
    """The process may have so many MiB more than it has when a step begins (RLIMIT_AS)."""

    spare_mib: int
    step: str

    def prepare(self, tell: Tell) -> None:
        def limit(step: str) -> None:
            if step == self.step:
                pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
                most = pages * resource.getpagesize() + self.spare_mib * 2**20
                resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))

        _before_each_step(limit)


@dataclass(frozen=True)
class Signal:
    """A signal to the process itself when a step begins, as Ctrl-C or a stopping service would send."""

    number: int
    step: str

    def prepare(self, tell: Tell) -> None:
        _before_each_step(lambda step: os.kill(os.getpid(), self.number) if step == self.step else None)
