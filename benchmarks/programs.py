"""The programs that are measured, each as a child process on a delivery: scan, run, first steps, peers."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from benchmarks import generate
from benchmarks.generate import Country
from benchmarks.measuring import Cost, cost_of

ROOT: Final = Path(__file__).parents[1]
#: What is measured is the program of this checkout, whatever is installed.
PROGRAM: Final = Path(sys.executable).with_name("brp-signals")
#: Module and words of each peer.
PEERS: Final = {
    "polars": ("in_polars",),
    "pandas, C reader": ("in_pandas", "c"),
    "pandas, pyarrow reader": ("in_pandas", "pyarrow"),
    "plain DuckDB": ("in_duckdb",),
}
#: So many copies of one rule file, under codes of their own.
EXTRA_RULES: Final = 50
_COPIED_RULE: Final = "l_03_absence_report.sql"

Measured = tuple[Cost, dict[str, Any]]
"""What a program cost, and its own account of what it did."""


class Programs:
    """Every program with one folder of deliveries, `work`, and one for what they leave behind, `work/runs`."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.scratch = work / "runs"
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(parents=True)
        self.log = self.scratch / "last.log"
        self._root = ROOT

    def generate(self, country: Country, variant: str = "csv") -> Path:
        """Make the delivery in a child of its own: a child's peak memory counts that of its parent before it."""
        options = {name: getattr(country, name) for name in ("scale", "seed", "departures", "history")}
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        self.python("benchmarks.generate", *words, "--variant", variant, "--work", self.work)
        return country.folder(variant, self.work)

    def scan(self, delivery: Path) -> float:
        """REF in CPU seconds."""
        return self.python("benchmarks.reference_scan", delivery).cpu

    def help(self) -> Measured:
        """`brp-signals --help`."""
        return self._cost([PROGRAM, "--help"]), {}

    def run(self, delivery: Path, *, again: bool = False) -> Measured:
        """`brp-signals run`, on an empty state folder unless it is done `again`."""
        state, output = self.scratch / "state", self.scratch / "output"
        if not again:
            shutil.rmtree(state, ignore_errors=True)
            shutil.rmtree(output, ignore_errors=True)
        configuration = generate.configuration_of(delivery)
        options = ("--state", state, "--output", output, "--config", configuration)
        cost = self._cost([PROGRAM, "run", delivery, *options])
        return cost, json.loads((self.published / "run.json").read_bytes())

    def first_steps(self, delivery: Path, *options: str) -> Measured:
        """The steps of a night up to the candidates."""
        steps = self.scratch / "steps"
        shutil.rmtree(steps, ignore_errors=True)
        cost = self.python("benchmarks.first_steps", delivery, steps, *options)
        return cost, json.loads((steps / "run.json").read_bytes())

    def peer(self, name: str, delivery: Path) -> Measured:
        """The candidates by another engine."""
        module, *words = PEERS[name]
        return self.python(f"benchmarks.peers.{module}", delivery, self.scratch / "peer", *words), {}

    def python(self, module: str, *words: str | Path) -> Cost:
        """A module of this checkout."""
        return self._cost([sys.executable, "-m", module, *words])

    @property
    def published(self) -> Path:
        """What the last run published."""
        return (self.scratch / "output" / "latest").resolve()

    @contextmanager
    def more_rules(self) -> Iterator[None]:
        """Measure a copy of the program that has EXTRA_RULES more."""
        self._root = self.scratch / "with-rules"
        _copy_with_rules(self._root)
        try:
            yield
        finally:
            self._root = ROOT

    def _cost(self, command: Sequence[str | Path]) -> Cost:
        paths = os.pathsep.join((str(self._root / "src"), str(ROOT)))
        return cost_of(command, self.log, {"PYTHONPATH": paths})


def fingerprint() -> str:
    """What the program is made of, in one short hash."""
    total = hashlib.sha256()
    for folder in (ROOT / "src" / "brp_signals", ROOT / "sql", ROOT / "expectations"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                total.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return total.hexdigest()[:12]


def _copy_with_rules(folder: Path) -> None:
    """A copy of the program with one rule under many other codes as well, as context."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("src/brp_signals", "sql", "expectations"):
        shutil.copytree(ROOT / name, folder / name)
    rules = folder / "sql" / "rules"
    text = re.sub('^level = ".*"$', 'level = "context"', (rules / _COPIED_RULE).read_text("utf-8"), flags=re.MULTILINE)
    for number in range(1, EXTRA_RULES + 1):
        copied = text.replace("L-03", f"Z-{number:02}")
        (rules / f"z_{number:02}_copy.sql").write_text(copied, encoding="utf-8")
