"""How certain it is that a series changed, with the number of series that were looked at counted in."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from brp_signals.watch.detectors import DETECTORS
from brp_signals.watch.points import Floats, Points

#: No score is higher: what is certain has this one.
HIGHEST: Final = 12.0


def score(points: Points) -> tuple[Floats, NDArray[Any]]:
    """The score of each series and the detector that gave it.

    A score of 3 means: of alarms with that score or a higher one, one in a thousand is expected to be false (the
    false discovery rate of Benjamini and Hochberg 1995; a score is -log10 of the adjusted chance).
    """
    chances = np.ones((len(DETECTORS), len(points.value)))
    for at, detector in enumerate(DETECTORS.values()):
        judged = np.isin(points.unit, detector.units)
        chances[at, judged] = detector.chance(points.those(judged))
    best = chances.argmin(axis=0)
    chance = np.fmin(chances.min(axis=0) * len(DETECTORS), 1)
    with np.errstate(divide="ignore"):
        scores = -np.log10(_adjusted(chance))
    return np.clip(scores, 0, HIGHEST), np.array(list(DETECTORS))[best]


def _adjusted(chance: Floats) -> Floats:
    """The chances, each times the number of series over its place among them, from the smallest."""
    order = np.argsort(chance)[::-1]
    places = np.arange(len(chance), 0, -1)
    adjusted = np.minimum.accumulate(chance[order] * len(chance) / places)
    result = np.empty_like(chance)
    result[order] = np.fmin(adjusted, 1)
    return result
