"""What a child process costs: CPU time, time on the clock, the most memory it held; and where figures are written."""

import os
import platform
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

#: The page of all figures.
PAGE = Path(__file__).parents[1] / "docs" / "performance.md"


@dataclass(frozen=True)
class Cost:
    """CPU seconds (user and system, grandchildren included), seconds on the clock, peak memory in bytes."""

    cpu: float
    wall: float
    memory: int


class ChildFailed(Exception):
    """A measured program did not end well; its last words are the message."""


def cost_of(command: Sequence[str | Path], log: Path, environment: Mapping[str, str] | None = None) -> Cost:
    """Run `command`, its output going to the file `log`, and measure it; `environment` is added to this process's own.

    Linux adds to a child's peak memory what its parent held before: keep the caller small.
    Raises ChildFailed when it ends with another code than 0: a run that fails early would look cheap.
    """
    started = time.perf_counter()
    with log.open("wb") as out:
        child = subprocess.Popen(
            [str(part) for part in command],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
        )
        # wait4 instead of getrusage(RUSAGE_CHILDREN): that one adds up all children there ever were.
        _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        words = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:]
        raise ChildFailed(f"{Path(command[0]).name} ended with code {child.returncode}: {' '.join(words)}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024)


def machine(*packages: str) -> str:
    """On what was measured, in words: processors, memory, and the versions that matter."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in packages)]
    return f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, {', '.join(versions)}"


def write_between(page: Path, begin: str, end: str, table: str) -> None:
    """Put the table between two marks in `page`; the text around them stays."""
    before, rest = page.read_text(encoding="utf-8").split(begin)
    page.write_text(f"{before}{begin}\n{table}\n{end}{rest.split(end)[1]}", encoding="utf-8")
