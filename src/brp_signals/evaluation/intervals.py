"""How certain a share is: intervals of 95 % by Wilson (1927), which behave with few observations and with none found.

Brothers and sisters mostly share one outcome, so a share over them is worth fewer observations than it counts (Kish
1965).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Final

Z: Final = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""

Interval = tuple[float, float]


def wilson(share: float, n: float, extra: float = 0.0) -> Interval:
    """The interval of a share that was seen in `n` observations; `n` may be an effective number.

    Without observations the interval is (0, 1). `extra` is a variance that is added to that of chance, such as that of
    rounding.
    """
    if n <= 0:
        return 0.0, 1.0
    middle = share + Z**2 / (2 * n)
    half = sqrt(max(0.0, middle**2 - (1 + Z**2 / n) * (share**2 - Z**2 * extra)))
    return max(0.0, (middle - half) / (1 + Z**2 / n)), min(1.0, (middle + half) / (1 + Z**2 / n))


def design_effect(family_of: Iterable[str]) -> float:
    """How many cases count as one, when all of a family share one outcome: the mean size of the family of a case.

    It is rounded up to quarters, so that it shows little about families and nothing about outcomes.
    """
    sizes = Counter(family_of).values()
    return ceil(4 * sum(size**2 for size in sizes) / sum(sizes)) / 4 if sizes else 1.0


@dataclass(frozen=True)
class Drawn:
    """One departure of the control sample: it represents `weight` departures of `stratum`; `is_hit` is None while
    nobody answered.

    Departures that got a sign before people decided on them (`got_a_sign`) are answered more often, and are wrong more
    often.
    """

    stratum: str
    family: str
    weight: float
    is_hit: bool | None
    got_a_sign: bool = False


@dataclass(frozen=True)
class Weighted:
    """A share over strata, and the number of simple draws that it is worth; `n_common` is that number if one share held
    for all strata.
    """

    share: float
    n_effective: float
    n_common: float

    @property
    def interval(self) -> Interval:
        """The 95 % interval of the share."""
        return wilson(self.share, self.n_effective)


def weighted_share(drawn: Sequence[Drawn]) -> Weighted | None:
    """The share of hits among all that were drawn from; None when nobody answered.

    Every stratum has its own share and weighs what was drawn from it (Horvitz and Thompson 1952); one in which nobody
    answered counts as the others. What it is worth in simple draws follows from the variance of that sum, in which the
    share of a small stratum leans to the common one (Franco, Little, Louis and Slud 2019).
    """
    parts = [each for each in _strata(drawn) if each.answered]
    if not parts:
        return None
    total = sum(each.weight for each in parts)
    share = sum(each.weight / total * each.share for each in parts)
    n_common = 1 / _spread(parts, [1] * len(parts))
    common = (share * n_common + Z**2 / 2) / (n_common + Z**2)
    own = [(each.share * each.n_effective + Z**2 * common) / (each.n_effective + Z**2) for each in parts]
    mean = sum(each.weight / total * part for each, part in zip(parts, own, strict=True))
    spread = _spread(parts, [sqrt(part * (1 - part)) for part in own])
    return Weighted(share, mean * (1 - mean) / spread, n_common)


@dataclass(frozen=True)
class _Stratum:
    """The weight of a stratum, its share of hits, and the part that each answered family makes up."""

    weight: float
    share: float
    answered: Mapping[str, float]

    @property
    def n_effective(self) -> float:
        """How many simple draws it is worth."""
        return 1 / sum(part**2 for part in self.answered.values())


def _spread(parts: Sequence[_Stratum], deviations: Sequence[float]) -> float:
    """The variance of the share of all, of families that share one outcome in whatever strata their children are."""
    total = sum(each.weight for each in parts)
    by_family: dict[str, float] = defaultdict(float)
    for each, deviation in zip(parts, deviations, strict=True):
        for family, part in each.answered.items():
            by_family[family] += each.weight / total * part * deviation
    return sum(part**2 for part in by_family.values())


def _strata(drawn: Sequence[Drawn]) -> list[_Stratum]:
    return [
        _stratum([each for each in drawn if each.stratum == stratum])
        for stratum in sorted({each.stratum for each in drawn})
    ]


def _stratum(drawn: Sequence[Drawn]) -> _Stratum:
    """Make one stratum: answered departures with a sign represent all drawn departures with one, and those without a
    sign all others.
    """
    answered: dict[str, float] = defaultdict(float)
    total = sum(each.weight for each in drawn if each.is_hit is not None)
    for each in drawn:
        if each.is_hit is not None:
            answered[each.family] += each.weight / total
    kinds = [[each for each in drawn if each.got_a_sign is got_a_sign] for got_a_sign in (False, True)]
    found = [(sum(each.weight for each in kind), _share(kind)) for kind in kinds]
    told = [(weight, share) for weight, share in found if share is not None]
    return _Stratum(
        weight=sum(each.weight for each in drawn),
        share=sum(weight * share for weight, share in told) / sum(weight for weight, _ in told) if told else 0.0,
        answered=answered,
    )


def _share(drawn: Sequence[Drawn]) -> float | None:
    answered = [each for each in drawn if each.is_hit is not None]
    weight = sum(each.weight for each in answered)
    return sum(each.weight for each in answered if each.is_hit) / weight if weight else None
