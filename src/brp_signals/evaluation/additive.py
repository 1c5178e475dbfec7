"""The one model that orders a list: a sum of points a piece of evidence, fitted with bounds and drawn towards a prior.

A logistic regression whose coefficients may not change sign: pieces for are never below zero, pieces against never
above, so that more evidence for never lowers a place. scikit-learn has no such bounds; scipy minimises its loss within
them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from brp_signals.base.config import Weights

Numbers = np.ndarray[Any, np.dtype[np.float64]]
#: A coefficient leaves its prior only for what its interval of so much does not hold.
CONFIDENCE: Final = 0.95
POINTS_PER_LOG_ODDS: Final = 10


@dataclass(frozen=True)
class Additive:
    """Log-odds of the base and of each piece, in the order of the columns it was fitted on; `loss` is what the fit
    could not make less.
    """

    base: float
    coefficients: Numbers
    loss: float = 0.0

    def log_odds(self, pieces: Numbers) -> Numbers:
        """The sum of each row of `pieces` (0 or 1 a column)."""
        return np.asarray(self.base + pieces @ self.coefficients)

    def chance(self, pieces: Numbers) -> Numbers:
        """The chance of each row of `pieces`."""
        return np.asarray(1 / (1 + np.exp(-self.log_odds(pieces))))


def additive(weights: Weights) -> Additive:
    """Weights as the model that they are."""
    points = np.array([float(points) for points in weights.pieces.values()])
    return Additive(float(weights.base) / POINTS_PER_LOG_ODDS, points / POINTS_PER_LOG_ODDS)


def fit(
    pieces: Numbers,
    is_hit: Numbers,
    weights: Numbers,
    prior: Additive,
    is_against: Numbers,
    ridge: float | Numbers,
    least: float | Numbers = 0.0,
    is_held: Numbers | None = None,
    start: Additive | None = None,
) -> Additive:
    """Fit on rows of `pieces` with outcomes `is_hit` (0 or 1), each row counting `weights` times.

    `ridge` is how many rows' worth of doubt draws each coefficient to that of `prior`, and `least` the least that a
    piece for may weigh; the base is free. Of columns that are held (`is_held`) the coefficient stays what it was.
    `start` is a guess, which saves time.
    """
    from scipy.optimize import minimize

    def loss(values: Numbers) -> tuple[float, Numbers]:
        base, coefficients = values[0], values[1:]
        log_odds = base + pieces @ coefficients
        away = coefficients - prior.coefficients
        residual = weights * (1 / (1 + np.exp(-log_odds)) - is_hit)
        value = np.sum(weights * (np.logaddexp(0, log_odds) - is_hit * log_odds)) + np.sum(ridge * away**2) / 2
        return float(value), np.concatenate([[residual.sum()], pieces.T @ residual + ridge * away])

    guess = start or prior
    lowest = np.broadcast_to(least, is_against.shape)
    held = np.zeros(len(is_against)) if is_held is None else is_held
    bounds = [
        (before, before) if stays else (None, 0.0) if back else (low, None)
        for before, stays, back, low in zip(prior.coefficients, held, is_against, lowest, strict=True)
    ]
    values = np.where(is_against, guess.coefficients, np.maximum(guess.coefficients, np.where(held, -np.inf, lowest)))
    found = minimize(
        loss, np.concatenate([[guess.base], values]), jac=True, method="L-BFGS-B", bounds=[(None, None), *bounds]
    )
    return Additive(float(found.x[0]), np.asarray(found.x[1:]), float(found.fun))


def learn(
    pieces: Numbers, is_hit: Numbers, weights: Numbers, prior: Additive, is_against: Numbers, ridge: float
) -> Additive:
    """The same fit, in which a coefficient leaves that of `prior` only when the rows contradict it (`released`)."""

    def freed(is_held: Numbers, start: Additive) -> Additive:
        return fit(pieces, is_hit, weights, prior, is_against, ridge, is_held=is_held, start=start)

    waiting = [int(at) for at in np.flatnonzero(pieces.any(axis=0))]
    return released(freed, len(is_against), waiting, prior)


def released(
    freed: Callable[[Numbers, Additive], Additive], size: int, waiting: Sequence[int], prior: Additive
) -> Additive:
    """The fit in which as few of `size` coefficients as possible leave `prior`; those that may are `waiting`.

    `freed` fits with the coefficients held that its first argument marks, from a guess. One after the other the
    coefficient is let go of which the prior lies farthest outside its profile interval (the likelihood-ratio test),
    until no interval leaves the prior out: few rows move little, and many decide.
    """
    from scipy.stats import chi2

    least = float(chi2.ppf(CONFIDENCE, 1)) / 2
    left = list(waiting)
    is_held = np.ones(size)
    found = freed(is_held, prior)
    while left:
        tried = {at: freed(_with_released(is_held, at), found) for at in left}
        best = min(tried, key=lambda at: tried[at].loss)
        if found.loss - tried[best].loss < least:
            break
        found, is_held = tried[best], _with_released(is_held, best)
        left.remove(best)
    return found


def _with_released(is_held: Numbers, at: int) -> Numbers:
    changed = is_held.copy()
    changed[at] = 0.0
    return changed
