"""How certain it is that a series changed, with the number of series that were looked at counted in."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from brp_signals.watch.detectors import DETECTORS
from brp_signals.watch.matrix import Columns, of_part, parts, points_of
from brp_signals.watch.points import Floats, Points, Texts

#: No score is higher: what is certain has this one.
HIGHEST: Final = 12.0


@dataclass(frozen=True)
class Judged:
    """Of each series its score, the detector that gave it, what is usual of it (NaN when nothing is) and how far it
    moves by itself.
    """

    scores: Floats
    detectors: Texts
    usual: Floats
    noise: Floats


def judge_all(series: Columns, earlier: Columns) -> Judged:
    """Judge every series, some thousands at a time, so that a country takes no more memory than a town."""
    n = len(series["value"])
    chance, usual, noise = np.ones(n), np.full(n, np.nan), np.zeros(n)
    detectors = np.empty(n, dtype=object)
    for part in parts(series["unit"]):
        points = points_of(*of_part(series, earlier, part))
        chance[part], detectors[part] = _least(points)
        usual[part], noise[part] = points.usual, points.noise()
    scores = np.zeros(n)
    for check in np.unique(series["check_name"].astype(str)):
        is_of = series["check_name"] == check
        scores[is_of] = _certainty(chance[is_of])
    return Judged(scores, detectors, usual, noise)


def score(points: Points) -> tuple[Floats, Texts]:
    """The score of each series and the detector that gave it.

    A score of 3 means: of alarms with that score or a higher one, one in a thousand is expected to be false (the
    false discovery rate of Benjamini and Hochberg 1995; a score is -log10 of the adjusted chance).
    """
    chance, detectors = _least(points)
    return _certainty(chance), detectors


def _least(points: Points) -> tuple[Floats, Texts]:
    """The least chance that a detector gives each series, times how many were asked, and which detector that is."""
    chances = np.ones((len(DETECTORS), len(points.value)))
    n_asked = np.zeros(len(points.value))
    for at, detector in enumerate(DETECTORS.values()):
        judged = np.isin(points.unit, detector.units)
        chances[at, judged] = detector.chance(points.those(judged))
        n_asked += judged
    names = np.array(list(DETECTORS), dtype=object)[chances.argmin(axis=0)]
    return np.fmin(chances.min(axis=0) * np.fmax(n_asked, 1), 1), names


def _certainty(chance: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.clip(-np.log10(_adjusted(chance)), 0, HIGHEST)


def _adjusted(chance: Floats) -> Floats:
    """The chances, each times the number of series over its place among them, from the smallest."""
    order = np.argsort(chance)[::-1]
    places = np.arange(len(chance), 0, -1)
    adjusted = np.minimum.accumulate(chance[order] * len(chance) / places)
    result = np.empty_like(chance)
    result[order] = np.fmin(adjusted, 1)
    return result
