"""Many simulated years, and what they show together."""

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import mean, stdev

from tests.simulation.year import Year, simulate


@dataclass(frozen=True)
class Shown:
    """Of each figure in what share of the years its interval covered the truth; and the error of the missed share.

    `error` is its mean over the years, `standard_error` that of this mean; `bias` is what reviewers' own errors add.
    """

    years: int
    coverage: dict[str, float]
    error: float
    standard_error: float
    bias: float


def simulated(seeds: Iterable[int]) -> Shown:
    """Live a year for each seed."""
    years = [_year(seed) for seed in seeds]
    names = sorted({name for year in years for name in year.found})
    errors = [year.missed_error for year in years]
    return Shown(
        years=len(years),
        coverage={name: mean(_covers(year, name) for year in years if name in year.found) for name in names},
        error=mean(errors),
        standard_error=stdev(errors) / sqrt(len(errors)),
        bias=mean(year.missed_bias for year in years),
    )


def _year(seed: int) -> Year:
    folder = Path(tempfile.mkdtemp(prefix="brp-signals-year-"))
    try:
        return simulate(seed, folder)
    finally:
        shutil.rmtree(folder)


def _covers(year: Year, name: str) -> float:
    (low, high), truth = year.found[name]
    return float(low <= truth <= high)
