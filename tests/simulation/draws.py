"""The control sample alone, in worlds that strain it: towns of unequal share, and signs that come before a decision.

python -m tests.simulation.draws [RUNS]
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from statistics import mean
from typing import Final

from brp_signals.evaluation.intervals import Drawn, weighted_share
from tests.simulation.year import SIBLINGS


@dataclass(frozen=True)
class World:
    """Of each town how many departures a draw stands for and how many of them are wrong; how often one that is wrong,
    or right, gets a sign before somebody looks; and how often somebody does, without a sign and with one.
    """

    towns: Mapping[str, tuple[float, float]]
    signs: tuple[float, float] = (0.3, 0.03)
    answered: tuple[float, float] = (0.7, 0.8)
    draws: int = 40

    @property
    def truth(self) -> float:
        """The share that is wrong of all that were drawn from."""
        total = sum(weight for weight, _ in self.towns.values())
        return sum(weight * share for weight, share in self.towns.values()) / total


WORLDS: Final = {
    "four towns alike": World({"a": (5, 0.06), "b": (10, 0.06), "c": (20, 0.06), "d": (40, 0.06)}),
    "the largest town is worst": World({"a": (5, 0.01), "b": (10, 0.03), "c": (20, 0.08), "d": (40, 0.2)}),
    "the smallest town is worst": World({"a": (5, 0.2), "b": (10, 0.08), "c": (20, 0.03), "d": (40, 0.02)}),
    "one small town heavily weighed": World({"a": (60, 0.15), "b": (10, 0.02), "c": (10, 0.02), "d": (10, 0.02)}),
    "who shows a sign is looked at, others hardly": World(
        {"a": (10, 0.08), "b": (10, 0.08)}, signs=(0.5, 0.02), answered=(0.4, 0.95), draws=100
    ),
}


@dataclass(frozen=True)
class Shown:
    """How often the interval covers the truth, how far the estimate lies from it on average, and how far it would lie
    if what was found after a sign were counted as if there had been none.
    """

    covered: float
    error: float
    error_of_before: float


def drawn(chance: Random, world: World) -> list[Drawn]:
    """The draws of a world, family by family."""
    return [
        each for town, (weight, share) in world.towns.items() for each in _of_town(chance, world, town, weight, share)
    ]


def _of_town(chance: Random, world: World, town: str, weight: float, share: float) -> Iterator[Drawn]:
    left = world.draws
    while left > 0:
        is_wrong, family = chance.random() < share, f"{town} {left}"
        has_sign = chance.random() < world.signs[0 if is_wrong else 1]
        for _ in range(min(left, chance.choices(list(SIBLINGS), list(SIBLINGS.values()))[0])):
            is_answered = chance.random() < world.answered[has_sign]
            yield Drawn(town, family, weight, is_wrong if is_answered else None, has_sign)
            left -= 1


def simulated(world: World, runs: int) -> Shown:
    """Draw from a world so many times."""
    covered, errors, before = [], [], []
    for seed in range(runs):
        found = drawn(Random(seed), world)
        estimate = weighted_share(found)
        of_before = weighted_share([replace(each, got_a_sign=False) for each in found])
        assert estimate and of_before
        low, high = estimate.interval
        covered.append(low <= world.truth <= high)
        errors.append(estimate.share - world.truth)
        before.append(of_before.share - world.truth)
    return Shown(mean(covered), mean(errors), mean(before))


def main(runs: int) -> int:
    """Print what came of it; 1 when an interval covers too seldom or too often."""
    print("| control sample | true | covered | mean error | if a later outcome counted as the draw's |")
    print("| --- | --- | --- | --- | --- |")
    found = {name: simulated(world, runs) for name, world in WORLDS.items()}
    for name, shown in found.items():
        truth = f"{WORLDS[name].truth:.1%} | {shown.covered:.1%}"
        print(f"| {name} | {truth} | {shown.error:+.2%} | {shown.error_of_before:+.2%} |")
    return int(not all(0.91 <= shown.covered <= 0.99 for shown in found.values()))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
