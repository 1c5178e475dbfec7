"""From columns of SQL to the matrix that detectors take."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brp_signals.watch.points import MOST, Points

Columns = Mapping[str, NDArray[Any]]


def points_of(series: Columns, earlier: Columns) -> Points:
    """Points of `series`, in the order of their position, with `earlier` points as columns of equal length: `position`,
    `steps_back` (1 is the newest) and `value`.
    """
    matrix = np.full((len(series["value"]), MOST), np.nan)
    matrix[earlier["position"], MOST - earlier["steps_back"]] = earlier["value"]
    return Points(
        value=series["value"],
        size=series["n"],
        earlier=matrix,
        unit=series["unit"],
        side=series["side"],
        season=series["season"],
        least_noise=series["least_noise"].astype(np.float64),
        noise_share=series["noise_share"].astype(np.float64),
        month=series["month"],
        subject=series["subject"],
    )
