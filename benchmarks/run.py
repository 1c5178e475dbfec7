"""The benchmark: what a run costs beside a bare typed scan of the same files.

`python -m benchmarks.run --scales 1/16 1/4` generates what is missing, measures, prints a table and fails
when a target is missed. `--write-docs` puts the table into docs/performance.md.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import statistics
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from benchmarks import generate
from benchmarks.measuring import PAGE, ChildFailed, Cost, cost_of, machine, write_between

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- benchmark: begin -->", "<!-- benchmark: end -->"

#: The targets hold from this scale on; below it start-up and noise weigh too much.
JUDGED_FROM = Fraction(1, 4)
MOST_RATIO = 3.0
MOST_MEMORY = 1.5e9


@dataclass(frozen=True)
class Measured:
    """Medians over the runs at one scale; CPU in seconds, memory (the most of any run) in bytes."""

    scale: Fraction
    rows: int
    size: int
    reference: float
    cpu: float
    byte_pass: float | None
    ratio: float
    ratio_with_bytes: float
    wall: float
    memory: int
    cases: int
    steps: dict[str, float]

    def missed(self) -> list[str]:
        """The targets that this scale misses, in words."""
        if self.scale < JUDGED_FROM:
            return []
        words = []
        if self.ratio > MOST_RATIO:
            words.append(f"{self.scale}: a run costs {self.ratio:.2f} x REF, more than {MOST_RATIO:g}")
        if self.memory > MOST_MEMORY:
            gigabytes, most = self.memory / 1e9, MOST_MEMORY / 1e9
            words.append(f"{self.scale}: a run held {gigabytes:.2f} GB, more than {most:g}")
        return words


@dataclass(frozen=True)
class Round:
    """One run, with the mean of the scans before and after it, and the CPU seconds of its steps."""

    reference: float
    run: Cost
    steps: dict[str, float]

    def ratio(self, start_up: float, *, without_bytes: bool) -> float:
        """What the run costs as a multiple of REF."""
        byte_pass = self.steps.get("byte_pass", 0.0) if without_bytes else 0.0
        return (self.run.cpu - start_up - byte_pass) / self.reference


class Bench:
    """One folder of deliveries, and the program that is measured."""

    def __init__(self, work: Path, repeats: int, program: Path) -> None:
        self.work, self.repeats, self.program = work, repeats, program
        self.scratch = work / "runs"
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(parents=True)

    def start_up(self) -> float:
        """CPU seconds of a run on an empty municipality."""
        delivery = generate.generate_empty(self.work)
        return statistics.median(self._run(delivery).cpu for _ in range(self.repeats))

    def measure(self, scale: Fraction, seed: int, start_up: float, *, by_person: bool) -> Measured:
        """Generate what is missing, then scan, run, scan, as often as asked."""
        delivery = self._generate(scale, seed, by_person=by_person)
        self._reference(delivery)  # the files come into the page cache, for everybody alike
        names = [f"{scale}, {number} of {self.repeats}" for number in range(1, self.repeats + 1)]
        rounds = [self._round(delivery, name) for name in names]
        files = [path for path in delivery.iterdir() if path.suffix == ".csv"]
        steps = _medians([each.steps for each in rounds])
        return Measured(
            scale=scale,
            rows=generate.rows_of(delivery),
            size=sum(path.stat().st_size for path in files),
            reference=statistics.median(each.reference for each in rounds),
            cpu=statistics.median(each.run.cpu for each in rounds),
            byte_pass=steps.get("byte_pass"),
            ratio=statistics.median(each.ratio(start_up, without_bytes=True) for each in rounds),
            ratio_with_bytes=statistics.median(each.ratio(start_up, without_bytes=False) for each in rounds),
            wall=statistics.median(each.run.wall for each in rounds),
            memory=max(each.run.memory for each in rounds),
            cases=self._n_cases(delivery),
            steps=steps,
        )

    def _generate(self, scale: Fraction, seed: int, *, by_person: bool) -> Path:
        """Make the delivery in a child of its own: a child's peak memory counts that of its parent before it."""
        options = ["--scale", str(scale), "--seed", str(seed), "--work", str(self.work)]
        program = [sys.executable, "-m", "benchmarks.generate", *options, *(["--sorted"] if by_person else [])]
        cost_of(program, self.scratch / "generate.log")
        return generate.delivery_folder(scale, seed, by_person=by_person, work=self.work)

    def _round(self, delivery: Path, name: str) -> Round:
        before = self._reference(delivery).cpu
        run = self._run(delivery)
        after = self._reference(delivery).cpu
        _say(f"{name}: REF {before:.2f} and {after:.2f}, run {run.cpu:.2f} CPU s, {run.memory / 1e9:.2f} GB")
        return Round((before + after) / 2, run, self._account(delivery).get("cpu_seconds", {}))

    def _reference(self, delivery: Path) -> Cost:
        program = [sys.executable, "-m", "benchmarks.reference_scan", str(delivery)]
        return cost_of(program, self.scratch / "reference.log")

    def _run(self, delivery: Path) -> Cost:
        for name in ("state", "output"):
            shutil.rmtree(self.scratch / name, ignore_errors=True)
        return cost_of(
            [
                self.program,
                "run",
                delivery,
                *("--state", self.scratch / "state"),
                *("--output", self.scratch / "output"),
                *("--config", generate.configuration_of(delivery)),
            ],
            self.scratch / "run.log",
        )

    def _published(self, delivery: Path) -> Path:
        return self.scratch / "output" / delivery.name

    def _account(self, delivery: Path) -> dict[str, Any]:
        account: dict[str, Any] = json.loads((self._published(delivery) / "run.json").read_bytes())
        return account

    def _n_cases(self, delivery: Path) -> int:
        with (self._published(delivery) / "signals.csv").open(encoding="utf-8", newline="") as file:
            return sum(1 for _ in csv.reader(file)) - 1


def _medians(accounts: list[dict[str, float]]) -> dict[str, float]:
    names = dict.fromkeys(name for account in accounts for name in account)
    return {name: statistics.median(account.get(name, 0.0) for account in accounts) for name in names}


HEADINGS = (
    "scale",
    "rows",
    "CSV",
    "REF",
    "run",
    "byte pass",
    "× REF",
    "× REF with byte pass",
    "wall",
    "memory",
    "cases",
)


def report(results: list[Measured], start_up: float, repeats: int) -> str:
    """The table for people, in Markdown."""
    today = datetime.now(UTC).date().isoformat()
    lines = [f"{machine('duckdb')}, {today}. Medians of {repeats}; start-up {start_up:.1f} CPU s.", ""]
    lines += [_line(HEADINGS), _line("---:" for _ in HEADINGS)]
    lines += [_line(_cells(result)) for result in results]
    if steps := results[-1].steps:
        lines += ["", f"CPU seconds by step at {results[-1].scale}, as the run itself counts them:", ""]
        lines += [_line(steps), _line("---:" for _ in steps)]
        lines.append(_line(f"{seconds:.1f}" for seconds in steps.values()))
    return "\n".join(lines)


def _cells(result: Measured) -> list[str]:
    return [
        str(result.scale),
        f"{result.rows / 1e6:.1f} M",
        f"{result.size / 1e9:.2f} GB",
        f"{result.reference:.1f} s",
        f"{result.cpu:.1f} s",
        "–" if result.byte_pass is None else f"{result.byte_pass:.1f} s",
        f"**{result.ratio:.2f}**",
        f"{result.ratio_with_bytes:.2f}",
        f"{result.wall:.1f} s",
        f"{result.memory / 1e9:.2f} GB",
        str(result.cases),
    ]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def main(arguments: list[str] | None = None) -> int:
    """Command line. Returns 1 when a target is missed or a run fails."""
    parser = argparse.ArgumentParser(description="Measure brp-signals run against a typed scan of its files.")
    # `make bench SCALES="1/64"` puts its variables into the environment.
    scales = [Fraction(scale) for scale in os.environ.get("SCALES", "1/16 1/4").split()]
    parser.add_argument("--scales", type=Fraction, nargs="+", default=scales, help="parts of the country")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sorted", action="store_true", help="deliveries sorted by person_id")
    parser.add_argument("--work", type=Path, default=generate.WORK)
    parser.add_argument("--program", type=Path, default=Path(sys.executable).with_name("brp-signals"))
    parser.add_argument("--write-docs", action="store_true", help="update docs/performance.md")
    given = parser.parse_args(arguments)
    bench = Bench(given.work, given.repeats, given.program)
    try:
        start_up = bench.start_up()
        results = [bench.measure(scale, given.seed, start_up, by_person=given.sorted) for scale in sorted(given.scales)]
    except ChildFailed as problem:
        _say(str(problem))
        return 1
    table = report(results, start_up, given.repeats)
    sys.stdout.write(f"{table}\n")
    if given.write_docs:
        write_between(PAGE, BEGIN, END, table)
    missed = [words for result in results for words in result.missed()]
    for words in missed:
        _say(f"Target missed: {words}.")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
