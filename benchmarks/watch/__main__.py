"""Command line of the benchmark of alarms: `python -m benchmarks.watch [--quick] [--write-docs]`."""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from benchmarks.measuring import write_between
from benchmarks.watch.calendar import NIGHTS, number_of
from benchmarks.watch.change import STRENGTHS, Change
from benchmarks.watch.changes import CHANGES
from benchmarks.watch.nights import Year
from benchmarks.watch.report import BEGIN, END, PAGE, missed, table
from benchmarks.watch.scoring import Outcome, Scorer, false_alarms

WORK: Final = Path(__file__).parents[1] / "work" / "watch"
#: Where changes begin in towns of odd and of even seeds: before and after the summer, and in term. Slow ones need
#: time before a holiday.
ABRUPT: Final = {1: (date(2025, 6, 16), date(2025, 11, 17)), 2: (date(2025, 9, 15), date(2026, 1, 26))}
SLOW: Final = {1: (date(2025, 5, 5),), 2: (date(2025, 10, 6),)}
_QUICK_NIGHT: Final = date(2025, 5, 19)


def planned(seed: int) -> Iterator[tuple[Change, int, date]]:
    """Every change in every strength, each on one of the town's nights."""
    for at, change in enumerate(sorted(CHANGES, key=lambda change: change.is_slow)):
        for strength in range(len(STRENGTHS)):
            days = (SLOW if change.is_slow else ABRUPT)[2 - seed % 2]
            yield change, strength, days[(at + strength) % len(days)]


def quick() -> Iterator[tuple[Change, int, date]]:
    """The strongest form of every third abrupt change, on one night."""
    for change in [change for change in CHANGES if not change.is_slow][::3]:
        yield change, len(STRENGTHS) - 1, _QUICK_NIGHT


def take(work: Path, seed: int, *, is_quick: bool, only: str) -> tuple[list[Outcome], dict[str, list[str]]]:
    """A town's year, and every change in it."""
    year = Year(work, seed, number_of(_QUICK_NIGHT) + 6 if is_quick else NIGHTS)
    scorer = Scorer(year)
    outcomes = []
    for change, strength, day in quick() if is_quick else planned(seed):
        if only in change.code and (outcome := scorer.follow(change, strength, day)):
            outcomes.append(outcome)
            _note(work / f"outcomes-{seed}.jsonl", outcome)
            sys.stderr.write(f"\r{change.code} {STRENGTHS[strength]}: {outcome.found}{' ' * 20}")
    return outcomes, false_alarms(year, scorer)


def _note(file: Path, outcome: Outcome) -> None:
    """Add an outcome to a file, so that a run that is stopped has told something."""
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(outcome.as_row()) + "\n")


def main() -> int:
    """Command line; the number of missed targets is the exit code."""
    parser = argparse.ArgumentParser(description="The benchmark of alarms.")
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--quick", action="store_true", help="a part of it, in some minutes")
    parser.add_argument("--seed", type=int, help="one town only; any number makes another")
    parser.add_argument("--only", default="", help="changes whose code holds this text")
    parser.add_argument("--write-docs", action="store_true", help="update docs/watch.md")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    for old in given.work.glob("outcomes-*.jsonl"):
        old.unlink()
    seeds = [given.seed] if given.seed else [1] if given.quick else sorted(ABRUPT)
    taken = [take(given.work, seed, is_quick=given.quick, only=given.only) for seed in seeds]
    outcomes = [outcome for some, _ in taken for outcome in some]
    false = [said for _, said in taken]
    (given.work / "outcomes.json").write_text(
        json.dumps({"outcomes": [outcome.as_row() for outcome in outcomes], "false": false}, indent=1), encoding="utf-8"
    )
    text = table(outcomes, false)
    print(text)
    if given.write_docs:
        write_between(PAGE, BEGIN, END, text)
    words = missed(outcomes, false)
    for line in words:
        print(f"missed: {line}", file=sys.stderr)
    return len(words)


if __name__ == "__main__":
    raise SystemExit(main())
