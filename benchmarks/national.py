"""The benchmark: what a whole night costs for the country, beside a bare typed scan of the same files.

`python -m benchmarks.national` does everything, for hours; `--only` and `--scales` choose a piece of it. What was
measured is kept in benchmarks/work/results.json, so that the report (`--write-docs`) can be made from several pieces.
Lists of the same country must be the same bytes, whatever the form of the delivery, else the benchmark fails.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final

from benchmarks import generate
from benchmarks.chart import write_chart
from benchmarks.generate import Country
from benchmarks.measuring import PAGE, ChildFailed, Cost, machine, write_between
from benchmarks.programs import PEERS, Measured, Programs, fingerprint
from benchmarks.report import BEGIN, CHART, END, report
from benchmarks.results import EMPTY, ListsDiffer, Record, Results, Round

#: Of a published run, what depends on files, clock or history and not on what was found.
NO_LISTS: Final = ("run.json", "report.html", "quarantine.csv", "findings.csv", "watch.html", "watch_series.parquet")


class Bench:
    """The programs, how often each is measured, and what was measured."""

    def __init__(self, work: Path, repeats: int) -> None:
        self._work = work
        self._repeats = repeats
        self.results = Results(work / "results.json")
        self.fingerprint = fingerprint()
        self.failures: list[str] = []

    @cached_property
    def _programs(self) -> Programs:
        """Made when something is measured, since it removes what was left behind before."""
        return Programs(self._work)

    def once(self, name: str, piece: Callable[[], None], *, again: bool) -> None:
        """Measure a piece, unless that was done on this very program as often, and not asked for `again`.

        One that fails does not keep hours of others from being measured; it is named in `failures`.
        """
        state = f"{self.fingerprint}, {self._repeats} times"
        if not again and self.results.done.get(name) == state:
            return
        try:
            piece()
        except (ChildFailed, ListsDiffer) as problem:
            self.failures.append(f"{name}: {problem}")
            _say(f"FAILED {self.failures[-1]}")
        else:
            self.results.note_done(name, state)

    # ---- the parts

    def start_up(self) -> None:
        """Every program on a municipality with one person, and `--help`."""
        programs, delivery = self._programs, generate.generate_empty(self._programs.work)
        measures: dict[str, Callable[[], Measured]] = {
            "help": programs.help,
            "run": lambda: programs.run(delivery),
            "candidates": lambda: programs.first_steps(delivery),
        }
        measures |= {name: partial(programs.peer, name, delivery) for name in PEERS}
        for name, measure in measures.items():
            self._keep(name, EMPTY, delivery, "csv", [_round(*measure(), 0.0) for _ in range(self._repeats)])

    def run(self, country: Country, variant: str) -> None:
        """The whole run."""
        delivery = self._programs.generate(country, variant)
        rounds = self._rounds(f"run, {variant}", country, lambda: self._programs.run(delivery))
        self._compare_lists(country, variant)
        self._keep("run", country, delivery, variant, rounds, _figures(self._programs.published))

    def rerun(self, country: Country, variant: str) -> None:
        """The whole run again in the same state folder: every table is as it was."""
        delivery = self._programs.generate(country, variant)
        self._programs.run(delivery)
        self._compare_lists(country, variant)
        rounds = self._rounds(f"rerun, {variant}", country, lambda: self._programs.run(delivery, again=True))
        self._compare_lists(country, f"{variant} again")
        self._keep("rerun", country, delivery, variant, rounds, _figures(self._programs.published))

    def candidates(self, country: Country) -> None:
        """The steps up to and including stage: profile and candidates only."""
        delivery = self._programs.generate(country)
        rounds = self._rounds("candidates", country, lambda: self._programs.first_steps(delivery))
        self._keep("candidates", country, delivery, "csv", rounds)

    def peer(self, country: Country, name: str) -> None:
        """The same candidates by another engine; no time counts before the answer is the same."""
        programs, delivery = self._programs, self._programs.generate(country)
        programs.peer(name, delivery)
        programs.first_steps(delivery, "--tables")
        self._must_agree("benchmarks.answers", programs.scratch / "steps" / "candidates", programs.scratch / "peer")
        self.results.keep_comparison(f"{name}, {country.scale}", "the same candidates, row by row")
        self._keep(name, country, delivery, "csv", self._rounds(name, country, lambda: programs.peer(name, delivery)))

    def rules(self, country: Country) -> None:
        """The whole run with many more rules."""
        delivery = self._programs.generate(country)
        with self._programs.more_rules():
            rounds = self._rounds("more rules", country, lambda: self._programs.run(delivery))
        self._keep("rules", country, delivery, "csv", rounds, _figures(self._programs.published))

    def reference(self, country: Country) -> None:
        """Evidence and cases against the slow second implementation."""
        delivery = self._programs.generate(country)
        outcome = self._must_agree("benchmarks.against_reference", delivery, self._programs.scratch / "reference")
        self.results.keep_comparison(f"second implementation, {country.scale}", outcome)

    def remove(self, country: Country) -> None:
        """Throw the deliveries of a country away, in all their forms."""
        for path in self._programs.work.glob(f"{country.delivery_id}*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    # ---- how things are measured

    def _rounds(self, name: str, country: Country, measure: Callable[[], Measured]) -> list[Round]:
        """Measure as often as asked, with REF on the unsorted CSV files before and after each time."""
        plain = self._programs.generate(country)
        self._programs.scan(plain)  # the files come into the page cache, for everybody alike
        before, rounds = self._programs.scan(plain), []
        for number in range(1, self._repeats + 1):
            cost, account = measure()
            after = self._programs.scan(plain)
            _say(
                f"{country.scale}, {name}, {number} of {self._repeats}: REF {before:.2f} and {after:.2f}, "
                f"{cost.cpu:.2f} CPU s, {cost.memory / 1e9:.2f} GB"
            )
            rounds.append(_round(cost, account, (before + after) / 2))
            before = after
        return rounds

    def _compare_lists(self, country: Country, variant: str) -> None:
        files = lists_of(self._programs.published)
        self.results.compare_lists(country, variant, self.fingerprint, files)

    def _must_agree(self, module: str, *words: Path) -> str:
        """Run a program that fails when two answers differ; its last words."""
        try:
            self._programs.python(module, *words)
        except ChildFailed as problem:
            raise ListsDiffer(f"Not the same answer: {problem}") from problem
        return self._programs.log.read_text(encoding="utf-8").strip().splitlines()[-1]

    def _keep(
        self,
        what: str,
        country: Country,
        delivery: Path,
        variant: str,
        rounds: list[Round],
        more: dict[str, int] | None = None,
    ) -> None:
        self.results.add(
            Record(
                what=what,
                country=country,
                variant=variant,
                rows=generate.rows_of(delivery),
                size=sum(path.stat().st_size for path in delivery.iterdir() if path.name != "manifest.json"),
                rounds=tuple(rounds),
                program=self.fingerprint,
                machine=machine("duckdb", "polars", "pandas"),
                measured_on=datetime.now(UTC).date().isoformat(),
                more=more or {},
            )
        )


def _round(cost: Cost, account: dict[str, Any], reference: float) -> Round:
    steps: dict[str, float] = account.get("cpu_seconds", {})
    return Round(cost.cpu, cost.wall, cost.memory, reference, steps.get("byte_pass", 0.0), steps)


def lists_of(published: Path) -> dict[str, str]:
    """The hash of every published file that must not depend on the form of the delivery, by its name."""
    names = {path.relative_to(published).as_posix(): path for path in published.rglob("*") if path.is_file()}
    found = {name: _hash(path) for name, path in sorted(names.items()) if name not in NO_LISTS}
    if "signals.csv" not in found:
        raise ListsDiffer("The run published no signals.csv.")
    return found


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _figures(published: Path) -> dict[str, int]:
    with (published / "signals.csv").open(encoding="utf-8", newline="") as file:
        n_signals = sum(1 for _ in csv.reader(file)) - 1
    n_rules = len(json.loads((published / "run.json").read_bytes())["rules"])
    return {"signals": n_signals, "rules": n_rules, "report": (published / "report.html").stat().st_size}


# ---- the pieces

ALL = tuple(Fraction(scale) for scale in ("1/16", "1/4", "1", "2"))
_QUARTER, _WHOLE, _SMALL, _TINY = (Fraction(1, 4),), (Fraction(1),), (Fraction(1, 16),), (Fraction(1, 64),)


@dataclass(frozen=True)
class Part:
    """One piece of the benchmark: what it does with a country, and at which scales when nobody says."""

    scales: tuple[Fraction, ...]
    measure: Callable[[Bench, Country], None]


def _grown(**changes: Any) -> Callable[[Bench, Country], None]:
    return lambda bench, country: bench.run(replace(country, **changes), "csv")


PARTS: dict[str, Part] = {
    "csv": Part(ALL, lambda bench, country: bench.run(country, "csv")),
    "csv-sorted": Part(_WHOLE, lambda bench, country: bench.run(country, "csv-sorted")),
    "parquet": Part(_WHOLE, lambda bench, country: bench.run(country, "parquet")),
    "parquet-sorted": Part(ALL, lambda bench, country: bench.run(country, "parquet-sorted")),
    "rerun": Part(_WHOLE, lambda bench, country: bench.rerun(country, "csv")),
    "rerun-parquet": Part(_WHOLE, lambda bench, country: bench.rerun(country, "parquet-sorted")),
    "candidates": Part((*_SMALL, *_QUARTER, *_WHOLE), lambda bench, country: bench.candidates(country)),
    "polars": Part(_WHOLE, lambda bench, country: bench.peer(country, "polars")),
    "plain-duckdb": Part((*_SMALL, *_QUARTER, *_WHOLE), lambda bench, country: bench.peer(country, "plain DuckDB")),
    "pandas": Part((*_SMALL, *_QUARTER), lambda bench, country: bench.peer(country, "pandas, C reader")),
    "pandas-pyarrow": Part((*_SMALL, *_QUARTER), lambda bench, country: bench.peer(country, "pandas, pyarrow reader")),
    "rules": Part(_SMALL, Bench.rules),
    "departures": Part(_SMALL, _grown(departures=4)),
    "history": Part(_SMALL, _grown(history=3)),
    "reference": Part(_TINY, Bench.reference),
}
START_UP = "start-up"


def measure(bench: Bench, given: argparse.Namespace) -> None:
    """Measure the chosen parts, small countries first, and skip what was measured on this very program already."""
    parts = {name: PARTS[name] for name in given.only if name in PARTS}
    bench.once(START_UP, bench.start_up, again=given.again)
    for scale in sorted({scale for part in parts.values() for scale in given.scales or part.scales}):
        country = Country(scale, given.seed)
        for name, part in parts.items():
            if scale in (given.scales or part.scales):
                piece = partial(part.measure, bench, country)
                bench.once(f"{name} {country.delivery_id}", piece, again=given.again)
        if given.tidy:
            bench.remove(country)


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def main(arguments: list[str] | None = None) -> int:
    """Command line. Returns 1 when a run fails or two answers differ that must be the same."""
    parser = argparse.ArgumentParser(description="Measure a night for the country, and for parts of it.")
    parts = (START_UP, *PARTS)
    parser.add_argument("--only", choices=parts, nargs="+", default=parts, metavar="PART", help=", ".join(parts))
    parser.add_argument("--scales", type=Fraction, nargs="+", help="in place of each part's own scales")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, default=generate.WORK)
    parser.add_argument("--again", action="store_true", help="also what was measured on this very program before")
    parser.add_argument("--tidy", action="store_true", help="remove the deliveries of a scale once it is measured")
    parser.add_argument("--report", action="store_true", help="measure nothing, only print what is known")
    parser.add_argument("--write-docs", action="store_true", help="update docs/performance.md and its chart")
    given = parser.parse_args(arguments)
    bench = Bench(given.work, given.repeats)
    if not given.report:
        measure(bench, given)
    table = report(bench.results)
    sys.stdout.write(f"{table}\n")
    if given.write_docs:
        write_between(PAGE, BEGIN, END, table)
        write_chart(CHART, bench.results)
    for failure in bench.failures:
        _say(f"FAILED {failure}")
    return 1 if bench.failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
