"""From rows of SQL to the matrix that detectors take."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brp_signals.watch.points import MOST, Points


def points_of(series: Sequence[Mapping[str, Any]], earlier: Mapping[str, NDArray[Any]]) -> Points:
    """Points of `series`, rows in the order of their position, with `earlier` points as columns of equal length:
    `position`, `steps_back` (1 is the newest) and `value`.
    """
    matrix = np.full((len(series), MOST), np.nan)
    matrix[earlier["position"], MOST - earlier["steps_back"]] = earlier["value"]
    return Points(
        value=_floats(series, "value"),
        size=_floats(series, "n"),
        earlier=matrix,
        unit=_texts(series, "unit"),
        side=_texts(series, "side"),
        season=_texts(series, "season"),
        least_noise=_floats(series, "least_noise"),
        noise_share=_floats(series, "noise_share"),
        month=np.array([row["seen_on"].month for row in series]),
    )


def _floats(series: Sequence[Mapping[str, Any]], name: str) -> NDArray[np.float64]:
    return np.array([np.nan if row[name] is None else float(row[name]) for row in series], dtype=np.float64)


def _texts(series: Sequence[Mapping[str, Any]], name: str) -> NDArray[Any]:
    return np.array([row[name] for row in series], dtype=object)
