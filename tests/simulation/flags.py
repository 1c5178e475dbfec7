"""How often something is said of rules and groups that is not so: a fair rule is flagged, or groups that mean nothing
are said to differ.

python -m tests.simulation.flags [RUNS]
"""

import sys
from datetime import date, timedelta
from random import Random
from typing import Final

from brp_signals.evaluation import figures
from brp_signals.evaluation.comparing import differing
from brp_signals.evaluation.decided import Decided, LookedAt
from brp_signals.evaluation.disparities import tables
from tests.simulation.year import SIBLINGS

LISTED: Final = date(2026, 1, 5)
RIPE: Final = LISTED + timedelta(figures.RIPE_DAYS)
#: So many decided signals of a rule, about; and so many groups.
SIZES: Final = (30, 45, 60, 90, 150)
GROUPS: Final = (2, 10, 20, 40)


def signals(chance: Random, number: int, share: float) -> list[LookedAt]:
    """At least so many decided signals of one rule, of families of which such a share was right."""
    found: list[LookedAt] = []
    while len(found) < number:
        decided = Decided("X-DATUM" if chance.random() < share else "X-VERTREK-OK", LISTED)
        family = f"family {len(found)}"
        for _ in range(chance.choices(list(SIBLINGS), list(SIBLINGS.values()))[0]):
            found.append(_signal(f"S-{len(found)}", family, decided))
    return found


def _signal(case_id: str, family: str, decided: Decided) -> LookedAt:
    return LookedAt(case_id, "departure", "0363", LISTED, "A", None, ("L-03",), 1, None, (decided,), family=family)


def flagged(runs: int, number: int, share: float) -> float:
    """How often a rule of which in truth such a share is right is to be looked at again (G-22)."""
    pages = (figures.precision(signals(Random(seed), number, share)) for seed in range(runs))
    return sum(bool(page["poor_rules"]) for page in pages) / runs


def said_to_differ(runs: int, n_groups: int, kinds: int = 1) -> float:
    """How often one of so many groups that mean nothing is said to differ; siblings are of one group."""
    return sum(bool(_differing(Random(seed), n_groups, kinds)) for seed in range(runs)) / runs


def _differing(chance: Random, n_groups: int, kinds: int) -> set[tuple[str, str]]:
    cases = signals(chance, 300, 0.4)
    families = sorted({case.family for case in cases})
    groups = {}
    for kind in range(kinds):
        group_of = {family: str(chance.randrange(n_groups)) for family in families}
        groups[f"kind {kind}"] = {case.case_id: group_of[case.family] for case in cases}
    return differing(tables(cases, groups, {}, RIPE))


def main(runs: int) -> int:
    """Print what came of it; 1 when it is too often."""
    fair, poor = ({number: flagged(runs, number, share) for number in SIZES} for share in (0.2, 0.03))
    print("| decided signals | rule of 20 % flagged | rule of 3 % flagged |\n| --- | --- | --- |")
    for number in SIZES:
        print(f"| {number} | {fair[number]:.1%} | {poor[number]:.1%} |")
    apart = {number: (said_to_differ(runs, number), said_to_differ(runs, number, 3)) for number in GROUPS}
    print("\n| groups that mean nothing | some said to differ | of three kinds |\n| --- | --- | --- |")
    for number, shares in apart.items():
        print(f"| {number} | {' | '.join(f'{share:.1%}' for share in shares)} |")
    return int(max(fair.values()) > 0.1 or max(map(max, apart.values())) > 0.1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 400))
