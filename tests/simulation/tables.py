"""Random tables, and a reader who tries to work out a count from what is told of them, knowing how it was made.

python -m tests.simulation.tables [TABLES]    by default 10,000
"""

import sys
from collections.abc import Mapping
from math import inf
from random import Random
from typing import Any, Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from brp_signals.evaluation import figures
from brp_signals.evaluation.decided import Decided, LookedAt
from tests.simulation.year import _today

LISTED: Final = _today(0)
OUTCOMES: Final = ("X-DATUM", "X-VERTREK-OK", "X-HEROPEND", "X-NIET")
PARTITIONS: Final = ("by_level", "by_municipality")
OVERLAPPING: Final = "by_rule"


def random_cases(chance: Random) -> list[LookedAt]:
    """Signals of some municipalities and rules, some of which are hardly ever right and some nearly always."""
    towns = [f"{number:04}" for number in range(chance.randint(1, 7))]
    rules = [f"L-0{number}" for number in range(1, chance.randint(2, 6))]
    right = {rule: chance.choice((0.02, 0.1, 0.5, 0.95)) for rule in rules}
    sizes = [chance.choice((1, 3, 10)) for _ in towns]
    return [_case(chance, number, chance.choices(towns, sizes)[0], right) for number in range(chance.randint(5, 120))]


def _case(chance: Random, number: int, town: str, right: Mapping[str, float]) -> LookedAt:
    rules = tuple(sorted(chance.sample(sorted(right), min(len(right), chance.choice((1, 1, 2))))))
    outcome = chance.choice(OUTCOMES[2:]) if chance.random() < 0.1 else OUTCOMES[chance.random() >= right[rules[0]]]
    decisions = (Decided(outcome, LISTED),)
    return LookedAt(f"{number}", "departure", town, LISTED, chance.choice("AAB"), None, rules, 1, None, decisions)


def told(cases: list[LookedAt]) -> dict[str, Any]:
    """The page of these signals, as it is told."""
    return figures.precision(cases, figures.untold(cases))


class Reader:
    """Somebody who has nothing but the page: every count lies within two of what is told, and rows add up."""

    def __init__(self, page: Mapping[str, Any]) -> None:
        self._low: list[float] = []
        self._high: list[float] = []
        self._rows: list[tuple[dict[int, int], float, float]] = []
        hits, others = (self._count(page["outcomes"][name]) for name in ("hit", "explained"))
        n = self._count(page["all"]["n"])
        self._rows.append(({hits: 1, others: 1, n: -1}, 0, 0))
        for name in PARTITIONS:
            self._add_up(page[name], (hits, n), 0, 0)
        rows = self._add_up(page[OVERLAPPING], (hits, n), 0, inf)
        for row in rows:
            self._rows += [({row[0]: 1, hits: -1}, -inf, 0), ({row[1]: 1, n: -1}, -inf, 0)]

    def _count(self, told: int | None, most: float = inf) -> int:
        self._low.append(0 if told is None else max(0, told - 2))
        self._high.append(most if told is None else told + 2)
        return len(self._low) - 1

    def _add_up(self, rows: Any, total: tuple[int, int], least: float, most: float) -> list[tuple[int, int]]:
        places = []
        for row in rows:
            n = self._count(row["n"])
            hits = self._count(row["hits"], self._high[n])
            places.append((hits, n))
            self._rows.append(({hits: 1, n: -1}, -inf, 0))
        for which in (0, 1):
            if rows:
                terms = {place[which]: 1 for place in places}
                self._rows.append((terms | {total[which]: -1}, least, most))
        return places

    def works_out(self) -> dict[int, int]:
        """The counts of which only one value is possible."""
        size = len(self._low)
        matrix = np.zeros((len(self._rows), size))
        for at, (terms, _, _) in enumerate(self._rows):
            matrix[at, list(terms)] = list(terms.values())
        held = LinearConstraint(matrix, [least for _, least, _ in self._rows], [most for *_, most in self._rows])

        def best(aim: Any) -> Any:
            return np.round(
                milp(aim, constraints=held, bounds=Bounds(self._low, self._high), integrality=np.ones(size)).x
            )

        aims = [np.ones(size), np.where(np.arange(size) % 2, 1.0, -1.0)]
        pages = np.array([best(sign * aim) for aim in aims for sign in (1, -1)])
        found = {}
        for place in np.flatnonzero((pages == pages[0]).all(axis=0)):
            aim = np.eye(size)[place]
            ends = best(aim)[place], best(-aim)[place]
            if ends[0] == ends[1]:
                found[int(place)] = int(ends[0])
        return found


def leaks(seeds: range) -> tuple[int, int]:
    """Of how many pages a reader works out a count, and from how many a table was left out so that none does."""
    found = left_out = 0
    for seed in seeds:
        page = told(random_cases(Random(seed)))
        found += bool(Reader(page).works_out())
        left_out += bool(page["untold"])
    return found, left_out


def main(tables: int) -> int:
    """Print what came of it; 1 when a count follows from any page."""
    found, left_out = leaks(range(tables))
    print(f"{tables} random pages: a count follows from {found}; a table was left out of {left_out}")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
