"""Whether groups differ, when many are compared: of twenty groups that have no meaning, one differs by chance alone."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Final

from brp_signals.evaluation.telling import FEWEST_IN_SHARE, ROUNDING, Row, told_count

#: How often groups without any meaning may be said to differ, all comparisons together.
_MISTAKEN: Final = 0.05


def differing(tables: Mapping[str, Sequence[Row]]) -> set[tuple[str, str]]:
    """Find the rows, by table and label, in which the share differs from that of all other rows of the table.

    The test is over all rows of all tables at once (Holm 1979), and uses the published counts.
    """
    chances = sorted(
        (_chance(row, [other for other in rows if other is not row]), name, row.label)
        for name, rows in tables.items()
        for row in rows
    )
    found: set[tuple[str, str]] = set()
    for place, (chance, name, label) in enumerate(chances):
        if chance >= _MISTAKEN / (len(chances) - place):
            break
        found.add((name, label))
    return found


def _chance(row: Row, others: Sequence[Row]) -> float:
    """How often chance alone would make two such shares differ as much."""
    from scipy.stats import norm

    n, n_others = told_count(row.n), sum(told_count(each.n) for each in others)
    if min(n, n_others) < FEWEST_IN_SHARE:
        return 1.0
    hits, hits_others = told_count(row.hits), sum(told_count(each.hits) for each in others)
    share = (hits + hits_others) / (n + n_others)
    design = sum(told_count(each.n) * each.design for each in others) / n_others
    spread = share * (1 - share) * (row.design / n + design / n_others)
    spread += ROUNDING * (1 + share**2) * (1 / n**2 + len(others) / n_others**2)
    return float(2 * norm.sf(abs(hits / n - hits_others / n_others) / sqrt(spread)))
