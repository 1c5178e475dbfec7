"""Municipalities that share what they decided, of which we know what is true: what pooling gains and what it stands.

python -m tests.simulation.pooling [RUNS]
"""

import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from statistics import mean
from typing import Any, Final

import numpy as np

from brp_signals.base.config import Weights, is_against
from brp_signals.evaluation import learned, measures
from brp_signals.evaluation.additive import Numbers, additive
from brp_signals.evaluation.examples import Example, frame_of, hits_of, pieces_of
from brp_signals.evaluation.pooling import exact_part, pool
from brp_signals.evaluation.sharing import Share, shared

FIRST_DAY: Final = date(2024, 1, 1)
MUNICIPALITIES: Final = 40
#: Decided cases of a municipality: from a town to a city.
SIZES: Final = (13, 90)
CITY: Final = 90
#: How far bases, and points of one piece, differ between municipalities (standard deviations of log-odds).
BASES, POINTS = 0.6, 0.3
#: How often a piece is seen in departures, from and to, before kinds of departures differ.
OFTEN: Final = (0.04, 0.2)
#: Of a hundred signals so many are decided on.
_DECIDED: Final = 0.9
_LATER: Final = 300


@dataclass(frozen=True)
class World:
    """How often each piece is seen, of three kinds of departures, and what the pieces are worth in truth (log-odds)."""

    default: Weights
    often: Numbers
    truth: Numbers

    @classmethod
    def made(cls, chance: np.random.Generator, *, is_default: bool = False) -> "World":
        """A world in which a fifth of the pieces say little and a quarter say more than the default has it."""
        default = Weights()
        points = additive(default).coefficients
        often = chance.uniform(*OFTEN, len(points)) * np.exp(chance.normal(0, 0.7, (3, len(points))))
        truth = points
        while not is_default:
            kind = chance.random(len(points))
            more = points + np.where(_against(default), -1, 1) * chance.uniform(0.6, 1.5, len(points))
            truth = np.where(kind < 0.2, 0.2 * points, np.where(kind < 0.45, more, points))
            if (learned.bounds_of(default).never_above @ truth <= 0).all():
                break
        return cls(default, np.clip(often, 0.02, 0.9), truth)

    def town(
        self, chance: np.random.Generator, n_decided: int, base: float | None = None, differ: float = POINTS
    ) -> list[Example]:
        """Signals of one municipality, in the order of their days; its base and points are its own."""
        against = _against(self.default)
        points = self.truth + chance.normal(0, differ, len(self.truth))
        points = np.where(against, np.minimum(points, 0), np.maximum(points, 0))
        own = additive(self.default).base + (chance.normal(0, BASES) if base is None else base)
        pieces = self._patterns(chance, max(round(n_decided / _DECIDED), 1))
        is_hit = chance.random(len(pieces)) < 1 / (1 + np.exp(-(own + pieces @ points)))
        decided = set(chance.permutation(len(pieces))[:n_decided].tolist())
        return [
            _example(number, self.default, row, bool(hit), len(pieces), number in decided)
            for number, (row, hit) in enumerate(zip(pieces, is_hit, strict=True))
        ]

    def _patterns(self, chance: np.random.Generator, signals: int) -> Numbers:
        """What signals rest on: who is less likely than one in ten, as the default has it, is on no list."""
        model, names = additive(self.default), list(self.default.pieces)
        found: list[Numbers] = []
        while len(found) < signals:
            kinds = chance.integers(0, len(self.often), 4 * signals)
            pieces = chance.random((len(kinds), len(names))) < self.often[kinds]
            for at, name in enumerate(names):
                if (family := name.partition(":")[0]) != name:
                    pieces[:, at] &= pieces[:, names.index(family)]
            drawn = pieces.astype(np.float64)
            found += list(drawn[model.chance(drawn) >= 0.1])
        return np.array(found[:signals])


def _against(weights: Weights) -> Any:
    return np.array([is_against(piece) for piece in weights.pieces])


def _example(number: int, default: Weights, row: Numbers, hit: bool, size: int, is_decided: bool) -> Example:
    pieces = frozenset(piece for piece, has in zip(default.pieces, row, strict=True) if has)
    day = FIRST_DAY + timedelta(days=number * 1000 // size)
    return Example(f"S-{number:08d}", "A", pieces, day if is_decided else None, hit if is_decided else None)


def share_of(examples: Sequence[Example]) -> Share:
    """What this municipality would share."""
    with tempfile.TemporaryDirectory() as folder:
        return shared(examples, Path(folder))


@dataclass(frozen=True)
class Pool:
    """A world with the signals of all municipalities, those that came later, and one's own."""

    world: World
    own: list[Example]
    others: list[list[Example]]
    later: list[list[Example]]

    @classmethod
    def made(cls, seed: int, own: int = CITY, number: int = MUNICIPALITIES, *, is_default: bool = False) -> "Pool":
        """So many municipalities beside one's own, which has `own` decided cases."""
        chance = np.random.default_rng(seed)
        world = World.made(chance, is_default=is_default)
        sizes = chance.integers(SIZES[0], SIZES[1] + 1, number).tolist()
        return cls(
            world,
            world.town(chance, own, base=0.0),
            [world.town(chance, size) for size in sizes],
            [world.town(chance, _LATER) for _ in range(12)],
        )

    @property
    def shares(self) -> list[Share]:
        """The files of the others."""
        return [share_of(examples) for examples in self.others]

    def gain(self, weights: Weights) -> float:
        """How much oftener a hit stands above a case that was none than with the default, in later cases of all."""
        frames = [self._decided(examples) for examples in self.later]
        default = self.world.default
        return mean(measures.concordance(each, weights) - measures.concordance(each, default) for each in frames)

    def pooled(self, shares: Sequence[Share]) -> learned.Learned:
        """What one's own cases and these files say together."""
        listed = frame_of(self.own, self.world.default)
        decided = listed[listed["is_decided"]]
        return learned.learned_with(decided, listed, self.world.default, shares, with_later=True)

    def of_full_data(self) -> Weights:
        """What could be learned if all cases were shared as they are."""
        default = self.world.default
        frames = [self._decided(examples) for examples in (self.own, *self.others)]
        parts = [exact_part(pieces_of(each, default), hits_of(each), np.ones(len(each))) for each in frames]
        found = pool(parts, additive(default), learned.bounds_of(default), learned._RIDGE)
        return _weights(default, found.coefficients)

    def alone(self) -> Weights:
        """What one's own cases say."""
        return learned.learned_from(self._decided(self.own), self.world.default)

    def _decided(self, examples: Sequence[Example]) -> Any:
        return frame_of(examples, self.world.default).query("is_decided")


def _weights(default: Weights, coefficients: Numbers) -> Weights:
    """Points as they are, without looking whether a configuration may hold them together."""
    points = {piece: learned._points(value) for piece, value in zip(default.pieces, coefficients.tolist(), strict=True)}
    return Weights.model_construct(base=default.base, pieces=points)


def turned(examples: Sequence[Example]) -> list[Example]:
    """The same signals with each outcome turned round: a municipality that shares nonsense."""
    return [replace(each, is_hit=None if each.is_hit is None else not each.is_hit) for each in examples]


def groups_of(examples: Sequence[Example], chance: np.random.Generator, number: int) -> dict[str, dict[str, str]]:
    """So many groups that mean nothing."""
    return {"group": {each.case_id: str(chance.integers(number)) for each in examples}}


# ---- what is shown


def gains(runs: int) -> dict[str, list[float]]:
    """Gain of each way to learn, a run each; and with one that shares nonsense or has a base far off."""
    found: dict[str, list[float]] = {}
    for seed in range(runs):
        made = Pool.made(seed)
        shares = made.shares
        chance = np.random.default_rng(seed)
        wrong = share_of(turned(made.world.town(chance, CITY)))
        ways: dict[str, Callable[[], Weights]] = {
            "all cases as they are": made.of_full_data,
            "shared files": lambda: made.pooled(shares).weights,  # noqa: B023 - called at once
            "shared files, one of them nonsense": lambda: made.pooled([*shares, wrong]).weights,  # noqa: B023
            "shared files, one with a base far off": lambda: (
                made.pooled(  # noqa: B023
                    [*shares, share_of(made.world.town(chance, CITY, base=-2.0))]  # noqa: B023
                ).weights
            ),
            "one's own 90 decided cases": made.alone,
        }
        for name, way in ways.items():
            found.setdefault(name, []).append(_gain(made, way))
    return found


def _gain(made: Pool, way: Callable[[], Weights]) -> float:
    """The gain; none where what was learned may not be configured, since the default then stays."""
    try:
        return made.gain(way())
    except ValueError:
        return 0.0


def moved_by_chance(runs: int) -> float:
    """In a city of 90 decided cases where the default is right: the share of pieces that move all the same."""
    moved = pieces = 0
    for seed in range(runs):
        chance = np.random.default_rng(seed)
        world = World.made(chance, is_default=True)
        listed = frame_of(world.town(chance, CITY, base=0.0, differ=0.0), world.default)
        decided = listed[listed["is_decided"]]
        try:
            moved += len(learned._moved(learned.learned_from(decided, world.default), world.default))
        except ValueError:
            continue
        pieces += int(decided[list(world.default.pieces)].any().sum())
    return moved / pieces


def judged(runs: int, own: int, *, is_default: bool = False) -> list[learned.Judgement]:
    """The judgements of a municipality with so many decided cases and the files of the others."""
    found = []
    for seed in range(runs):
        made = Pool.made(seed, own, is_default=is_default)
        groups = groups_of(made.own, np.random.default_rng(seed), 2)
        found.append(learned.judge(made.own, 60, groups, made.world.default, made.shares))
    return found


def refused_by_groups(runs: int, n_groups: int) -> float:
    """How often groups that mean nothing refuse, on some 1,600 signals: 20 groups are then large enough to compare."""
    refused = tried = 0
    for seed in range(runs):
        chance = np.random.default_rng(seed)
        world = World.made(chance)
        listed = world.town(chance, 1440)
        frame = frame_of(listed, world.default)
        new = _weights(world.default, world.truth)
        for _ in range(10):
            groups = groups_of(listed, chance, n_groups)
            refused += measures.worse_off(frame, new, world.default, groups) is not None
            tried += 1
    return refused / tried


def main(runs: int) -> int:
    """Print what came of it; 1 when pooling does not do what docs/learned_weights.md says."""
    found = gains(runs)
    print("| learned from | mean gain | better than the default |\n| --- | --- | --- |")
    for name, each in found.items():
        print(f"| {name} | {mean(each):+.3f} | {sum(gain > 0 for gain in each)} of {runs} |")
    moved = moved_by_chance(5 * runs)
    print(f"\nwhere the default is right, 90 decided cases of one city move {moved:.1%} of the pieces")
    print("\n| a municipality with | default far off: used | default right: used |\n| --- | --- | --- |")
    by_chance = {}
    for own in (60, CITY):
        far, right = judged(runs, own), judged(runs, own, is_default=True)
        by_chance[own] = _used(right)
        print(f"| {own} decided cases and 40 files | {_used(far)} of {runs} | {by_chance[own]} of {runs} |")
    refused = {number: refused_by_groups(runs, number) for number in (10, 20)}
    for number, share in refused.items():
        print(f"{number} groups that mean nothing refuse in {share:.1%} of runs")
    pooled = found["shared files"]
    holds: Mapping[str, bool] = {
        "pooling beats the default": mean(pooled) > 0 and sum(gain > 0 for gain in pooled) >= 0.8 * runs,
        "nonsense ruins nothing": mean(found["shared files, one of them nonsense"]) > 0.7 * mean(pooled),
        "90 cases move little": moved <= 0.06,
        "used by chance seldom": max(by_chance.values()) <= max(1, 0.1 * runs),
        "groups refuse seldom": max(refused.values()) <= 0.1,
    }
    print("\n".join(f"{'holds' if is_so else 'FAILS'}: {name}" for name, is_so in holds.items()))
    return int(not all(holds.values()))


def _used(judgements: Sequence[learned.Judgement]) -> int:
    return sum(each.weights is not None for each in judgements)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
