"""From columns of SQL to the matrix that detectors take."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brp_signals.watch.nights import MOST
from brp_signals.watch.points import OF_STAYERS, Numbers, Points, Texts

Columns = Mapping[str, NDArray[Any]]

#: From so many points of a school year on its own points say what is usual; of what stays the same, one list does.
_FEWEST, _FEWEST_OF_STAYERS = 3, 1

#: So many series are judged at a time.
_AT_ONCE = 10_000


def parts(unit: Texts) -> Iterator[Numbers]:
    """The places of the series that are judged together: codes all at once, since those of a column need each other."""
    is_code = unit == "code"
    yield np.flatnonzero(is_code)
    others = np.flatnonzero(~is_code)
    yield from (others[start : start + _AT_ONCE] for start in range(0, len(others), _AT_ONCE))


def of_part(series: Columns, earlier: Columns, part: Numbers) -> tuple[Columns, Columns]:
    """The series at these places, and their earlier points."""
    place = np.full(len(series["value"]), -1)
    place[part] = np.arange(len(part))
    position = place[earlier["position"]]
    is_of = position >= 0
    of_these = {name: column[is_of] for name, column in earlier.items()}
    return {name: column[part] for name, column in series.items()}, {**of_these, "position": position[is_of]}


def points_of(series: Columns, earlier: Columns) -> Points:
    """Points of `series`, in the order of their position, with `earlier` points as columns of equal length: `position`,
    `steps_back` (1 is the newest), `value` and `is_of_year`.

    Where this school year has enough points, those of earlier ones are left out.
    """
    matrix = np.full((len(series["value"]), MOST), np.nan)
    of_year = matrix.copy()
    place = earlier["position"], MOST - earlier["steps_back"]
    matrix[place] = earlier["value"]
    of_year[place] = np.where(earlier["is_of_year"], earlier["value"], np.nan)
    has_season = series["season"] == "school_year"
    fewest = np.where(np.isin(series["unit"], OF_STAYERS), _FEWEST_OF_STAYERS, _FEWEST)
    is_settled = ~has_season | (np.isfinite(of_year).sum(axis=1) >= fewest)
    return Points(
        value=series["value"],
        size=series["n"],
        earlier=np.where(is_settled[:, None], of_year, matrix),
        of_all_years=matrix,
        unit=series["unit"],
        side=series["side"],
        season=series["season"],
        least_noise=series["least_noise"].astype(np.float64),
        noise_share=series["noise_share"].astype(np.float64),
        month=series["month"],
        subject=series["subject"],
        is_settled=is_settled,
    )
