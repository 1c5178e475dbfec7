"""Many simulated years, and what they show together."""

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import mean, stdev

from brp_signals.evaluation.intervals import Interval
from tests.simulation.year import Year, simulate


@dataclass(frozen=True)
class Shown:
    """Of each figure in what share of the years its interval covered the truth, before and after it was rounded for
    being told; and the error of the missed share.

    `error` is its mean over the years, `standard_error` that of this mean; `bias` is what reviewers' own errors add;
    `early_error` is how much too low the share that was right would be if signals counted that are not ripe.
    """

    years: int
    coverage: dict[str, float]
    told: dict[str, float]
    error: float
    standard_error: float
    bias: float
    early_error: float


def simulated(seeds: Iterable[int]) -> Shown:
    """Live a year for each seed."""
    years = [_year(seed) for seed in seeds]
    errors = [year.missed_error for year in years]
    return Shown(
        years=len(years),
        coverage=_coverage([year.found for year in years]),
        told=_coverage([year.told for year in years]),
        error=mean(errors),
        standard_error=stdev(errors) / sqrt(len(errors)),
        bias=mean(year.missed_bias for year in years),
        early_error=mean(year.early_error for year in years),
    )


def _year(seed: int) -> Year:
    folder = Path(tempfile.mkdtemp(prefix="brp-signals-year-"))
    try:
        return simulate(seed, folder)
    finally:
        shutil.rmtree(folder)


def _coverage(years: Sequence[Mapping[str, tuple[Interval, float]]]) -> dict[str, float]:
    names = sorted({name for year in years for name in year})
    return {name: mean(_covers(*year[name]) for year in years if name in year) for name in names}


def _covers(interval: Interval, truth: float) -> float:
    low, high = interval
    return float(low <= truth <= high)
