"""`python -m tests.guardrails [CODE …]`: break every guardrail on purpose; each must be noticed by its test.

Exit code 1 when a test fails on the unbroken code, or when it does not fail on the broken one.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.guardrails.breaking import copy_checkout, judge, run_tests
from tests.guardrails.declared import GUARDRAILS


def main(arguments: list[str] | None = None) -> int:
    """Break all guardrails, or those with the codes given."""
    parser = argparse.ArgumentParser(prog="python -m tests.guardrails", description=__doc__)
    parser.add_argument("codes", nargs="*", help="only guardrails with these codes")
    codes = parser.parse_args(arguments).codes
    chosen = [each for each in GUARDRAILS if not codes or each.code in codes]
    breaks = [(each.code, broken) for each in chosen for broken in each.breaks]
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_checkout(Path(folder))
        unbroken = run_tests(copy, dict.fromkeys(broken.test for _, broken in breaks))
        if unbroken.returncode:
            print(unbroken.stdout[-2000:])
            print("These tests must pass before anything is broken.")
            return 1
        missed = 0
        for code, broken in breaks:
            verdict = judge(broken, copy)
            missed += not verdict.is_noticed
            print(f"{code:5} {'noticed' if verdict.is_noticed else 'MISSED'}  {broken.file}  {broken.test}", flush=True)
            if verdict.told:
                print(verdict.told)
    print(f"{len(breaks) - missed} of {len(breaks)} breaks noticed, of {len(chosen)} guardrails.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
