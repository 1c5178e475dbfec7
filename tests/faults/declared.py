"""Every fault, declared: what is done, which exit code it may give, what its sentence must tell."""

import fcntl
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Final

from brp_signals.pipeline import STEPS
from brp_signals.state.ledger import FILE
from tests.faults.harms import (
    Clock,
    DiskFull,
    FilesAtMost,
    Impatient,
    KillAt,
    KillAtCommit,
    MemoryAtMost,
    ReadOnly,
    Signal,
)
from tests.faults.processes import Harm, Outcome
from tests.faults.site import Site
from tests.faults.trial import NIGHT, Fault

ROOT: Final = Path(__file__).parents[2]

_DONE: Final = frozenset({0})
_FAILED: Final = frozenset({5})
_KILLED: Final = frozenset({-signal.SIGKILL})
_STEP: Final = "brp_signals.pipeline:OpenNight.run_step"

# ---- killed -----------------------------------------------------------------------------------------------

BOUNDARIES: Final = (
    *(
        Fault("killed at a step boundary", f"before {step}", _KILLED, KillAt(_STEP, "before", number))
        for number, step in enumerate(STEPS, start=1)
    ),
    Fault("killed at a step boundary", f"after {STEPS[-1]}", _KILLED, KillAt(_STEP, "after", len(STEPS))),
)

_OUTPUT, _COMMIT = "brp_signals.publish.output", "brp_signals.publish.commit"
_MEMORY_FILES: Final = "brp_signals.state.memory_files"
_SEAMS: Final[dict[str, Harm]] = {
    "the new folder is empty": KillAt(f"{_OUTPUT}:write_lists", "before"),
    "the ordinary lists are written": KillAt(f"{_OUTPUT}:write_lists", "after"),
    "the sealed lists are written": KillAt(f"{_OUTPUT}:write_lists", "after", 2),
    "all files are written, not synced": KillAt("os:sync", "before"),
    "all files are synced, the folder has no name yet": KillAt("os:sync", "after"),
    "the folder is ready": KillAt(f"{_OUTPUT}:explanations.remember", "before"),
    "the explanations are kept": KillAt(f"{_OUTPUT}:explanations.remember", "after"),
    "the memory file is half there": KillAt(f"{_MEMORY_FILES}:sync", "before"),
    "the memory file has its name": KillAt(f"{_MEMORY_FILES}:sync", "before", 2),
    "the memory file of lists is half there": KillAt(f"{_MEMORY_FILES}:sync", "before", 3),
    "the memory file is ready": KillAt(f"{_OUTPUT}:enrolment_memory.remember_enrolments", "after"),
    "the ledger is written, not committed": KillAtCommit("before"),
    "the ledger is committed, its file still open": KillAtCommit("after"),
    "the ledger is closed": KillAt(f"{_OUTPUT}:record", "after"),
    "one link is swapped": KillAt(f"{_COMMIT}:_swap", "after"),
    "both links are swapped": KillAt(f"{_COMMIT}:_swap", "after", 2),
    "replaced runs are removed": KillAt(f"{_OUTPUT}:show", "after"),
    "old explanations are removed": KillAt(f"{_OUTPUT}:explanations.forget_others", "after"),
    "old memory files are removed": KillAt(f"{_OUTPUT}:memory_files.forget_others", "after"),
}
SEAMS: Final = tuple(Fault("killed in publish", f"when {seam}", _KILLED, harm) for seam, harm in _SEAMS.items())

# ---- the ledger -------------------------------------------------------------------------------------------


@contextmanager
def _held(site: Site, *statements: str) -> Iterator[None]:
    """Another process has the ledger for itself."""
    with closing(sqlite3.connect(site.state / FILE, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
        yield


def _write_locked(site: Site) -> AbstractContextManager[None]:
    return _held(site, "BEGIN IMMEDIATE")


def _wholly_locked(site: Site) -> AbstractContextManager[None]:
    return _held(site, "PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE", "SELECT count(*) FROM runs")


def _damaged(damage: Callable[[Path], object]) -> Callable[[Site], AbstractContextManager[None]]:
    """Damage the ledger before the run, an own backup of it lying outside the state folder."""

    @contextmanager
    def around(site: Site) -> Iterator[None]:
        shutil.copy(site.state / FILE, site.folder / "own-backup")
        damage(site.state / FILE)
        yield

    return around


def _put_back(site: Site) -> None:
    """What the sentence about a damaged ledger asks."""
    shutil.copy(site.folder / "own-backup", site.state / FILE)
    for ending in ("-wal", "-shm"):
        (site.state / f"{FILE}{ending}").unlink(missing_ok=True)


def overwrite_page(page: int | None = None) -> Callable[[Path], None]:
    """Overwrite a page with noise; the middle one when none is named."""

    def damage(ledger: Path) -> None:
        content = bytearray(ledger.read_bytes())
        start = 4096 * (len(content) // 4096 // 2 if page is None else page)
        content[start : start + 4096] = bytes(range(255, -1, -1)) * 16
        ledger.write_bytes(content)

    return damage


def _cut_in_half(ledger: Path) -> None:
    content = ledger.read_bytes()
    ledger.write_bytes(content[: len(content) // 2])


def _noise_in_the_log(ledger: Path) -> None:
    """A write-ahead log of noise; what was committed stood in the ledger already."""
    ledger.with_name(f"{FILE}-wal").write_bytes(bytes(range(256)) * 64)


def damaged_ledger(name: str, done: str, damage: Callable[[Path], object]) -> Fault:
    """A damaged ledger that a person must put back."""
    return Fault(
        name, done, _FAILED, around=_damaged(damage), says="is damaged and nothing was published", mend=_put_back
    )


LEDGER: Final = (
    Fault(
        "ledger locked by another program, for writing",
        "an open write transaction during the whole run",
        _FAILED,
        Impatient(),
        around=_write_locked,
        says="whether another program has it open",
    ),
    Fault(
        "ledger locked by another program, wholly",
        "an exclusive lock during the whole run",
        _FAILED,
        Impatient(),
        around=_wholly_locked,
        says="whether another program has it open",
    ),
    damaged_ledger("ledger page corrupted", "noise over a page in the middle of the file", overwrite_page()),
    damaged_ledger("ledger header corrupted", "noise over the first page", overwrite_page(0)),
    damaged_ledger("ledger cut off", "the second half of the file is gone", _cut_in_half),
    damaged_ledger("ledger emptied", "the file has no bytes left", lambda ledger: ledger.write_bytes(b"")),
    damaged_ledger("ledger gone", "the file is removed, the rest of the state folder stays", Path.unlink),
    Fault(
        "noise in the ledger's log",
        "a -wal file of noise beside a closed ledger",
        _DONE,
        around=_damaged(_noise_in_the_log),
    ),
)

# ---- disk, memory, clock, signals ------------------------------------------------------------------------


def disk_full(nth: int) -> Fault:
    """No space from the nth write of a run on. After the commit the run exists, and may even end well."""
    return Fault("disk full", f"no space left from write {nth} on", _DONE | _FAILED | {2}, DiskFull(nth))


def files_at_most(n_bytes: int) -> Fault:
    """No file may become larger than this."""
    return Fault("file size limit", f"no file beyond {n_bytes} bytes", _DONE | _FAILED | {2}, FilesAtMost(n_bytes))


def _beside_a_file(site: Site) -> tuple[str | Path, ...]:
    return ("--output", site.state / "run.lock" / "output")


def _too_little_memory(site: Site) -> tuple[str | Path, ...]:
    config = site.folder / "tiny.toml"
    config.write_text('memory_limit = "2MB"\n' + site.sequence.config.read_text(encoding="utf-8"), encoding="utf-8")
    return ("--config", config)


@contextmanager
def _another_run(site: Site) -> Iterator[None]:
    """Another run holds the lock."""
    with (site.state / "run.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


MACHINE: Final = (
    Fault(
        "output on a read-only file system",
        "nothing can be made or changed below the output folder",
        _FAILED,
        ReadOnly("output"),
        says="Read-only file system",
    ),
    Fault(
        "state on a read-only file system",
        "nothing can be made or changed below the state folder",
        frozenset({2}),
        ReadOnly("state"),
        says="cannot be written",
    ),
    Fault(
        "output folder cannot be made",
        "--output below a file",
        _FAILED,
        options=_beside_a_file,
        says="Not a directory",
    ),
    Fault(
        "memory limit that no run ends with",
        'memory_limit = "2MB"',
        frozenset({2}),
        options=_too_little_memory,
        says="memory_limit",
    ),
    Fault(
        "memory of the process used up",
        "RLIMIT_AS, 8 MiB more than it has, when stage begins",
        _FAILED | {-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGKILL},
        MemoryAtMost(8, "stage"),
    ),
    Fault("clock set back before a run", "a day earlier than the run before", _DONE, Clock("2026-06-16T01:00:00")),
    Fault("clock set back in a run", "an hour back when rules begins", _DONE, Clock("2026-06-17T01:00:00", "rules")),
    Fault(
        "clock goes to winter time in a run", "starts 02:59:59 Dutch summer time", _DONE, Clock("2026-10-25T00:59:59")
    ),
    Fault(
        "clock goes to summer time in a run", "starts 01:59:59 Dutch winter time", _DONE, Clock("2027-03-28T00:59:59")
    ),
    Fault(
        "another run is busy", "its lock is held", frozenset({4}), around=_another_run, says="wait until it has ended"
    ),
    Fault("Ctrl-C", "SIGINT when cases begins", frozenset({130}), Signal(signal.SIGINT, "cases"), says="Stopped"),
    Fault(
        "stopped by the system",
        "SIGTERM when cases begins",
        frozenset({-signal.SIGTERM}),
        Signal(signal.SIGTERM, "cases"),
    ),
)

# ---- with others ------------------------------------------------------------------------------------------


def _race(site: Site) -> Outcome:
    """Two runs started at once; gives the outcome of the one that did not publish, or of the second."""
    outcomes = sorted((running.end() for running in [site.start(NIGHT), site.start(NIGHT)]), key=lambda each: each.code)
    assert outcomes[0].code == 0, outcomes[0].said
    return outcomes[1]


RACE: Final = Fault("two runs at once", "both started at the same instant", frozenset({0, 4}), run=_race)


def _without_its_server(site: Site) -> Outcome:
    """A night through the flow, whose Prefect server is killed when the steps have begun."""
    places = ("--state", site.state, "--output", site.output, "--config", site.sequence.config)
    command = [sys.executable, "-m", "flows", site.sequence.deliveries[NIGHT], *places]
    with subprocess.Popen([str(each) for each in command], stderr=subprocess.PIPE, cwd=ROOT) as night:
        give_up = time.monotonic() + 180
        while not (site.state / "work").is_dir() and night.poll() is None and time.monotonic() < give_up:
            time.sleep(0.02)
        has_begun = (site.state / "work").is_dir()
        for server in _servers_of(night.pid) if has_begun else ():
            os.killpg(server, signal.SIGKILL)  # it is started in a session of its own
        _, said = night.communicate(timeout=600)  # Prefect asks for its server for some three minutes
    outcome = Outcome(night.returncode, _last_sentence(said.decode()), ())
    assert has_begun, f"the night ended before its server could be killed: {outcome.said}"
    return outcome


def _servers_of(process_id: int) -> list[int]:
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text(encoding="ascii").split()
    return [int(child) for child in children if b"prefect" in Path(f"/proc/{child}/cmdline").read_bytes()]


def _last_sentence(said: str) -> str:
    """What is said at the end; before it stand the lines of the log."""
    assert "Traceback" not in said, said
    return said.strip().splitlines()[-1]


PREFECT_GONE: Final = Fault(
    "Prefect server gone in a night",
    "its process killed when the steps have begun (`python -m flows`)",
    _DONE | _FAILED,
    run=_without_its_server,
)
#: Which instants of a full disk and which sizes the short version tries: one of each stretch of a run.
_SHORT_FULL: Final = (1, 5, 20, 45, 50)
_SHORT_SIZES: Final = (0, 20_000)
_ALL_SIZES: Final = (0, 100, 1_000, 4_000, 10_000, 20_000, 40_000, 80_000, 160_000)
#: Which boundaries: before anything, with all but publish done, and with everything done.
_SHORT_BOUNDARIES: Final = (BOUNDARIES[0], *BOUNDARIES[-2:])
SHORT: Final = (
    *(*_SHORT_BOUNDARIES, *SEAMS, *LEDGER, *MACHINE, RACE),
    *(disk_full(nth) for nth in _SHORT_FULL),
    *(files_at_most(size) for size in _SHORT_SIZES),
)


def once(pages: Iterable[int]) -> Iterator[Fault]:
    """Every fault that is tried once, noise over each of these pages of the ledger among them."""
    yield from (*BOUNDARIES, *SEAMS, *LEDGER, *MACHINE, RACE, PREFECT_GONE)
    yield from (files_at_most(size) for size in _ALL_SIZES)
    for page in pages:
        yield damaged_ledger("ledger page corrupted", f"noise over page {page + 1}", overwrite_page(page))
