"""Simulate 200 years and say whether the evaluation's intervals cover the truth as often as they claim.

python -m tests.simulation [YEARS]
"""

import sys

from tests.simulation.many import simulated

LEAST, MOST = 0.91, 0.99


def main(years: int) -> int:
    """Print what came of it; 1 when something is not as it should be."""
    shown = simulated(range(1, years + 1))
    print(f"{shown.years} simulated years; an interval of 95 % should cover in {LEAST:.0%} to {MOST:.0%} of them\n")
    print("| figure | covered | as it is told |\n| --- | --- | --- |")
    for name in sorted(shown.coverage.keys() | shown.told.keys()):
        cells = (f"{found[name]:.1%}" if name in found else "–" for found in (shown.coverage, shown.told))
        print(f"| {name} | {' | '.join(cells)} |")
    print(f"\nmean error of the missed share {shown.error:+.4f}, standard error {shown.standard_error:.4f}")
    print(f"what the reviewers' own errors add to it {shown.bias:+.4f}")
    print(f"the share that was right among signals that are not ripe: {shown.early_error:+.4f} from the truth")
    is_fine = all(LEAST <= share <= MOST for share in shown.coverage.values())
    # Rounding hides small counts, and so what few hits tell: there the interval is wide on purpose.
    is_fine = is_fine and all(share >= LEAST for share in shown.told.values())
    is_fine = is_fine and abs(shown.error) <= 2 * shown.standard_error
    print("as it should be" if is_fine else "NOT as it should be")
    return 0 if is_fine else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
