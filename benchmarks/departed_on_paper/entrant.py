"""brp-signals as an entrant of the benchmark: it runs the nights as a municipality would, through the command line."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.departed_on_paper.traces import SOURCES

_LEGAL_BASIS = "invented for the benchmark"
_KEPT_DAYS = 365
_WAITS_DAYS = 3660


def run_nights(
    nights: Sequence[Path], work: Path, after: Callable[[Path], None] = lambda night: None
) -> dict[str, Path]:
    """Run every night in turn with one ledger; returns the list of each night by the night's name.

    `after` is called with each night once it has run; the state folder is `state` in `work`.

    Raises CalledProcessError, with what the program said, when a night is refused or fails.
    """
    work.mkdir(parents=True, exist_ok=True)
    (work / "brp-signals.toml").write_text(_configuration(), encoding="utf-8")
    lists = {}
    for night in nights:
        options = ("--state", work / "state", "--output", work / "output", "--config", work / "brp-signals.toml")
        command = [sys.executable, "-m", "brp_signals", "run", night, *options]
        subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        after(night)
        lists[night.name] = work / "output" / f"paper-{night.name}" / "signals.csv"
    return lists


def _configuration() -> str:
    """The sources, and no end to the time that a case may wait: nobody decides in a benchmark."""
    sources = (
        f'[[sources]]\ncode = "{code}"\nkind = "{kind}"\nlegal_basis = "{_LEGAL_BASIS}"\nretention_days = {_KEPT_DAYS}'
        for kind, code in SOURCES.items()
    )
    return "\n".join(["[thresholds]", f"lapse_days = {_WAITS_DAYS}", *sources])
