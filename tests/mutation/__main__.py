"""The mutation check: `python -m tests.mutation [FILE …]` prints killed/total and every survivor.

Exit code 1 when a survivor is not in survivors.toml, when one stands there that is killed now, or when fewer
than 95 % are killed.
"""

import argparse
import os
import sys
import time
from collections import Counter

from tests.mutation.mutants import Mutant, python_mutants, sql_files, sql_mutants
from tests.mutation.verdicts import Verdict, judge_python, judge_sql, tolerated

TARGET = 0.95


def main(arguments: list[str] | None = None) -> int:
    """Judge the mutants of all files, or of those whose name holds one of the words given."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("words", nargs="*", help="only files whose path holds one of these words")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes to use")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    mutants = [mutant for file in sql_files() for mutant in sql_mutants(file)]
    mutants += python_mutants()
    if options.words:
        mutants = [mutant for mutant in mutants if any(word in mutant.file for word in options.words)]
    statements = [mutant for mutant in mutants if mutant.file.endswith(".sql")]
    verdicts = judge_sql(statements, progress, options.jobs)
    verdicts += judge_python([mutant for mutant in mutants if mutant.file.endswith(".py")], progress)
    return report(verdicts, time.monotonic() - started, is_whole=not options.words)


def progress(done: int, total: int, mutant: Mutant) -> None:
    """Show on a terminal how far the check is."""
    if sys.stderr.isatty():
        print(f"\r{done}/{total} {mutant.file:<50}", end="", file=sys.stderr, flush=True)


def report(verdicts: list[Verdict], seconds: float, *, is_whole: bool) -> int:
    """Print the outcome; gives the exit code."""
    allowed = tolerated()
    survivors = [verdict.mutant for verdict in verdicts if verdict.outcome == "survived"]
    judged = [verdict for verdict in verdicts if verdict.outcome != "does not run"]
    new = [mutant for mutant in survivors if mutant.key not in allowed]
    gone = sorted(allowed.keys() - {mutant.key for mutant in survivors}) if is_whole else []
    for mutant in survivors:
        reason = allowed.get(mutant.key)
        print(f"{'tolerated' if reason else 'SURVIVED'}  {mutant.key}" + (f"\n           {reason}" if reason else ""))
    for key in gone:
        print(f"killed now, remove it from survivors.toml: {key}")
    per_file = Counter(mutant.file for mutant in new)
    for file, count in per_file.most_common():
        print(f"{count:4} new survivors in {file}")
    killed = len(judged) - len(survivors)
    share = killed / len(judged) if judged else 1.0
    print(
        f"{killed}/{len(judged)} killed ({share:.1%}), {len(survivors)} survived, "
        f"{len(verdicts) - len(judged)} did not run and are left out; {seconds:.0f} seconds"
    )
    return 1 if new or gone or share < TARGET else 0


if __name__ == "__main__":
    sys.exit(main())
