"""Commands in processes of their own, with the imports of all of them done once.

A server process imports what commands need and forks for each of them, so that a command costs seconds less. What the
child does is what `python -m brp_signals` does: it sets the arguments and calls the entry point.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

_IMPORTED_ONCE: Final = [
    "brp_signals.cli",
    "brp_signals.pipeline",
    "brp_signals.steps.judging",
    "brp_signals.gateway.profiles.check",
    "brp_signals.gateway.way_back.keys",
    "brp_signals.gateway.way_back.reveal",
    "brp_signals.publish.page",
    "brp_signals.publish.report",
    "brp_signals.publish.workbook",
    "great_expectations",
    "duckdb",
    "openpyxl",
    "polars",
    "tqdm",
]

#: What starts processes that find all of this imported; one server for everything that asks it.
FORKING: Final = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(_IMPORTED_ONCE)


def command(
    *words: str | Path, cwd: Path, timeout_seconds: float = 120, streams: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run one command of brp-signals to its end. Not from several threads at once: they would lose exit codes.

    `streams` may be `closed`, `full` or `broken` for what stdout and stderr are, or `full stdout` for that one alone.
    """
    arguments = ["brp-signals", *map(str, words)]
    with tempfile.TemporaryDirectory() as name:
        files = Path(name, "stdout"), Path(name, "stderr")
        child = FORKING.Process(target=_be_a_command, args=(arguments, cwd, os.environ | environment, streams, *files))
        child.start()
        child.join(timeout_seconds)
        if child.exitcode is None:
            child.kill()
            child.join()
            raise subprocess.TimeoutExpired(arguments, timeout_seconds)
        return subprocess.CompletedProcess(arguments, child.exitcode, *(_content(file) for file in files))


def _content(file: Path) -> str:
    return file.read_text("utf-8") if file.exists() else ""


def _be_a_command(
    arguments: list[str], cwd: Path, environment: dict[str, str], streams: str, stdout: Path, stderr: Path
) -> None:
    """What the child does."""
    kind, _, only = streams.partition(" ")
    for file, descriptor in ((stdout, 1), (stderr, 2)):
        _place(file, descriptor, kind if only in ("", file.name) else "")
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    tempfile.tempdir = None  # TMPDIR may be another one than the server's
    sys.argv = arguments
    from brp_signals.cli import main

    main()


def _place(file: Path, descriptor: int, kind: str) -> None:
    """Make the standard stream of this number what is asked for."""
    if kind == "closed":
        os.close(descriptor)
    elif kind == "broken":
        reading, writing = os.pipe()
        os.dup2(writing, descriptor)
        os.close(writing)
        os.close(reading)
    else:
        os.dup2(os.open("/dev/full" if kind == "full" else file, os.O_WRONLY | os.O_CREAT), descriptor)
