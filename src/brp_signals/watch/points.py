"""Series as the detectors take them: one row a series, its earlier points in order, the newest last."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]
Numbers = NDArray[np.int64]

#: Months with a summer holiday, in which a school year ends and begins: lists change and little is reported.
SUMMER: Final = (7, 8, 9)
#: Units of what is a share, and of what consists of people who mostly stay from one point to the next.
SHARES: Final = ("share", "part", "code")
OF_STAYERS: Final = ("stock", "part")
#: How many people come and go together.
FAMILY: Final = 2
#: How many times as much as usual a series with a season moves in it.
_MOVES_MORE: Final = {"school_year": 3.0, "summer": 4.0, "": 1.0}

#: And how many times as much against the school year before, while this one has too few points.
_UNSETTLED: Final = 3.0


@dataclass(frozen=True)
class Points:
    """`n` series of tonight; `earlier` has a row a series and `MOST` columns, the newest point last, NaN without one.

    `of_all_years` has the points of earlier school years too, which say how far a step goes. `unit`, `side` and
    `season` are those of sql/watch/measures.sql; `month` is that of the day of the value, `subject` what it is about.
    `is_settled`: the earlier points are of one school year, its beginning left out.
    """

    value: Floats
    size: Floats
    earlier: Floats
    of_all_years: Floats
    unit: Texts
    side: Texts
    season: Texts
    least_noise: Floats
    noise_share: Floats
    month: Numbers
    subject: Texts
    is_settled: Flags

    @cached_property
    def usual(self) -> Floats:
        """The usual value: the median of the earlier points; NaN where there is none."""
        return row_median(self.earlier)

    @property
    def n_earlier(self) -> Numbers:
        """How many earlier points each series has."""
        n: Numbers = np.isfinite(self.earlier).sum(axis=1)
        return n

    @property
    def is_of_stayers(self) -> Flags:
        """Whether a series is about people of whom most are the same at the next point."""
        is_of: Flags = np.isin(self.unit, OF_STAYERS)
        return is_of

    @property
    def is_in_season(self) -> Flags:
        """Whether the value is of a month in which its series moves more than usual; what consists of pupils who stay
        does not, once a list of this school year is known.
        """
        is_known = self.is_of_stayers & self.is_settled
        is_in: Flags = np.isin(self.month, SUMMER) & (self.season != "") & ~is_known
        return is_in

    def those(self, which: Flags) -> "Points":
        """The same of some of the series."""
        return Points(**{each.name: getattr(self, each.name)[which] for each in fields(self)})

    def noise(self) -> Floats:
        """How far each series moves by itself, at least: what is declared of the measure, and what chance alone does to
        a share of so many (binomial, a family at a time). In its season a series moves more.
        """
        usual = np.nan_to_num(self.usual)
        is_share = np.isin(self.unit, SHARES)
        share = np.clip(usual, 0.5 / np.fmax(self.size, 1), 1 - 0.5 / np.fmax(self.size, 1))
        by_chance = np.where(
            is_share, np.sqrt(FAMILY * share * (1 - share) / np.fmax(np.nan_to_num(self.size), 1)), 0.0
        )
        declared = np.where(is_share, self.noise_share, self.noise_share * np.abs(usual))
        noise: Floats = np.sqrt(by_chance**2 + declared**2 + self.least_noise**2)
        more = np.array([_MOVES_MORE[season] for season in self.season], dtype=np.float64)
        return np.where(self.is_in_season, noise * more, np.where(self.is_settled, noise, noise * _UNSETTLED))


def row_median(matrix: Floats) -> Floats:
    """The median of each row without its NaNs; NaN for a row of nothing else."""
    ordered = np.sort(matrix, axis=1)  # NaNs last
    n = np.isfinite(matrix).sum(axis=1)
    rows = np.arange(len(matrix))
    low, high = np.maximum(n - 1, 0) // 2, n // 2
    high = np.minimum(high, matrix.shape[1] - 1)
    middle = (ordered[rows, low] + ordered[rows, high]) / 2
    return np.where(n > 0, middle, np.nan)
