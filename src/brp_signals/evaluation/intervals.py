"""How certain a share is, and what of it may be told.

Intervals are of 95 %, by Wilson (1927): they behave with few observations, and with none found they still have an upper
end. Counts from 1 to 4 are never told, nor what would give one away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Any, Final

Z: Final = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""
SMALLEST_TOLD: Final = 5

Interval = tuple[float, float]


def wilson(share: float, n: float) -> Interval:
    """The interval of a share that was seen in `n` observations; `n` may be an effective number. (0, 1) without any."""
    if n <= 0:
        return 0.0, 1.0
    if n == inf:
        return share, share
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Stratum:
    """Departures that were drawn together: `answered` of them were decided on, `hits` found wrong, out of `n_frame`."""

    n_frame: int
    answered: int
    hits: int


@dataclass(frozen=True)
class Weighted:
    """A share over strata: the estimate, its interval, and of how many simple draws it is worth."""

    share: float
    low: float
    high: float
    n_effective: float


def weighted_share(strata: Sequence[Stratum]) -> Weighted | None:
    """The share of hits among all that were drawn from, each stratum weighed by its size; None when nobody answered.

    The estimator of Horvitz and Thompson (1952) within strata; a stratum in which nobody answered counts as the others.
    Its variance under one common share p is p(1-p) * sum(W^2 (1-f) / answered), so that is what its interval is worth
    in simple draws (Kish 1965): with few draws a stratum the variance seen within them says nothing.
    """
    usable = [each for each in strata if each.answered]
    total = sum(each.n_frame for each in usable)
    if not usable:
        return None
    share = sum(each.n_frame * each.hits / each.answered for each in usable) / total
    spread = sum((each.n_frame / total) ** 2 * (1 - each.answered / each.n_frame) / each.answered for each in usable)
    n_effective = 1 / spread if spread > 0 else inf
    return Weighted(share, *wilson(share, n_effective), n_effective)


# ---- what may be told

Told = dict[str, Any]


def told_count(number: int) -> int | str:
    """A count as it may be told."""
    return number if number == 0 or number >= SMALLEST_TOLD else f"<{SMALLEST_TOLD}"


def is_small(number: int) -> bool:
    """Whether a count is one that may not be told."""
    return 0 < number < SMALLEST_TOLD


def told_share(hits: int, n: int, *, is_hidden: bool = False) -> Told:
    """A share as it may be told: with a small number on either side, only bounds that hold for all of 1 to 4.

    `is_hidden` withholds the numbers of a row from which another one could be worked out.
    """
    if n < SMALLEST_TOLD or is_hidden:
        return {"n": told_count(n) if not is_hidden else None, "hits": None, "share": None, "low": None, "high": None}
    if not is_small(hits) and not is_small(n - hits):
        low, high = wilson(hits / n, n)
        return {"n": n, "hits": hits, "share": hits / n, "low": low, "high": high}
    maybe = [each for each in range(1, n) if each == hits or (is_small(hits) and is_small(each))]
    maybe += [each for each in range(1, n) if is_small(n - hits) and is_small(n - each)]
    told = f"<{SMALLEST_TOLD}" if is_small(hits) else f">{n - SMALLEST_TOLD}"
    return {
        "n": n,
        "hits": told,
        "share": None,
        "low": wilson(min(maybe) / n, n)[0],
        "high": wilson(max(maybe) / n, n)[1],
    }


def told_parts(parts: Sequence[tuple[str, int, int]]) -> list[Told]:
    """Rows (label, hits, n) that may add up to a total that is told as well.

    A single row with hidden numbers would follow from the others, so the smallest of those is withheld too.
    """
    rows = [{"label": label, **told_share(hits, n)} for label, hits, n in parts]
    hidden = [at for at, row in enumerate(rows) if row["share"] is None and parts[at][2]]
    open_rows = sorted((n, at) for at, (_, _, n) in enumerate(parts) if at not in hidden and n)
    if len(hidden) == 1 and open_rows:
        at = open_rows[0][1]
        label, hits, n = parts[at]
        rows[at] = {"label": label, **told_share(hits, n, is_hidden=True)}
    return rows
