"""Fit points on the counts that other municipalities share, together with one's own decisions.

For each piece, others share the number of decided cases with it, the hits among these, and the hits that the fixed
points expected: observed minus expected is the score of the logistic model (Peto's one-step method, Yusuf et al. 1985).
Counts of single pieces do not show which pieces go together. That is taken from one's own signals, which are weighed
until they have the counts of the other municipality (`raked`). Every municipality has a base of its own; its points
differ from the common ones by chance (random effects), and what rounding removed counts as not observed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from brp_signals.evaluation.additive import Additive, Numbers, released
from brp_signals.evaluation.telling import BASE

#: The most by which a count can differ from its rounded value.
_HALF: Final = BASE / 2
#: How far the weight of a pattern may move, in logs: one's own signals cannot show what they do not hold.
_MOST_RAKED: Final = 5.0
#: The number of patterns that are recombined from one's own, so that pieces that went together by chance weigh half.
_RECOMBINED: Final = 400
#: A count says nothing of a piece of which less than this is known.
_LEAST_KNOWN: Final = 0.02
#: The share of the variance of a count that rounding must leave; the counts of rarer pieces are nearly always rounded
#: to none.
_LEAST_LEFT: Final = 0.1
#: The most variance that rounding may add where parts are compared, as a multiple of the variance of chance.
_MOST_ROUNDED: Final = 4.0
#: The variance that rounding of the expected hits adds to that of the count itself.
_NOISE: Final = BASE**2 / 12
#: The model is a parabola near its starting points, so it is fitted again from the points that it reached.
_ROUNDS: Final = 6
_CLOSE: Final = 0.02
#: The most that rounding of points can add to a sum of them.
_ROUNDED_AWAY: Final = 0.02
_SEED: Final = 20261129
_NOTHING_KNOWN: Final = 1e9
#: The chance that any of the municipalities with honest counts is left out.
_LEFT_OUT_BY_CHANCE: Final = 0.01
#: The points of municipalities with honest counts differ by half a log-odds (standard deviation) at most.
_MOST_SPREAD: Final = 0.25
#: The largest share of the parts that may be left out.
_MOST_LEFT_OUT: Final = 0.25


@dataclass(frozen=True)
class Part:
    """Some decided signals of one municipality: how often each pattern of pieces was seen (`weights`), and the hits.

    The first column of `patterns` is 1, the others are the pieces (0 or 1); `hits` goes by those columns. `is_told`:
    the hits are rounded. `correction` is what the fixed points expect of each column beyond what the patterns say, and
    `noise` its variance.
    """

    patterns: Numbers
    weights: Numbers
    hits: Numbers
    is_told: bool
    correction: Numbers | float = 0.0
    noise: float = 0.0

    @property
    def n(self) -> float:
        """The number of cases."""
        return float(self.weights.sum())


def exact_part(pieces: Numbers, is_hit: Numbers, weights: Numbers) -> Part:
    """Make a part of one's own cases, of which everything is known."""
    patterns = _with_base(pieces)
    return Part(patterns, weights, patterns.T @ (weights * is_hit), is_told=False)


def told_part(reference: tuple[Numbers, Numbers], told: Numbers, fixed: Additive) -> Part:
    """Make a part of shared counts: `told` has a row for all cases and for each piece, with decided cases, hits, and
    hits expected by the `fixed` points; a count that was not shared is not a number. `reference`: patterns and how
    often each is seen (`recombined`).
    """
    patterns, often = reference
    decided, hits, expected = told.T
    weights = raked(patterns, often, decided)
    chance = _sigmoid(_base(patterns, weights, fixed, hits[0]) + patterns[:, 1:] @ fixed.coefficients)
    by_patterns = patterns.T @ (weights * chance)
    # Rounded counts are right on average over municipalities, except those rounded to none or to all.
    is_rough = (expected == 0) | (expected >= decided)
    within = np.clip(by_patterns, expected - _HALF, expected + _HALF)
    correction = np.where(is_rough, within, expected) - by_patterns
    return Part(patterns, weights, hits, True, np.nan_to_num(correction), _NOISE)


def _base(patterns: Numbers, weights: Numbers, fixed: Additive, hits: float) -> float:
    """The base with which `fixed` points expect so many hits; of none or all, as if half a hit were otherwise."""
    from scipy.optimize import brentq

    total = float(weights.sum())
    wanted = min(max(hits, 0.5), total - 0.5)
    sums = patterns[:, 1:] @ fixed.coefficients
    return float(brentq(lambda base: float(weights @ _sigmoid(base + sums)) - wanted, -60, 60))


def expected_hits(pieces: Numbers, fixed: Additive, hits: float) -> Numbers:
    """How many hits the fixed points expect of all cases and of those with each piece, when `hits` are found in all."""
    patterns = _with_base(pieces)
    weights = np.ones(len(patterns))
    return np.asarray(
        patterns.T @ _sigmoid(_base(patterns, weights, fixed, hits) + patterns[:, 1:] @ fixed.coefficients)
    )


def recombined(pieces: Numbers, families: Sequence[str]) -> tuple[Numbers, Numbers]:
    """Return patterns of pieces as one's own signals (`pieces`, one a row) show them, and the weight of each.

    Half the weight is that of the signals, half that of patterns in which each family of pieces comes from another
    signal, so that what went together by chance in few signals weighs less.
    """
    random = np.random.default_rng(_SEED)
    mixed = np.empty((_RECOMBINED, pieces.shape[1]))
    for family in sorted(set(families)):
        columns = [at for at, each in enumerate(families) if each == family]
        mixed[:, columns] = pieces[random.integers(0, len(pieces), _RECOMBINED)][:, columns]
    often = np.concatenate([np.full(len(pieces), 0.5 / len(pieces)), np.full(_RECOMBINED, 0.5 / _RECOMBINED)])
    patterns, place = np.unique(np.vstack([pieces, mixed]), axis=0, return_inverse=True)
    return _with_base(patterns), np.asarray(np.bincount(place.ravel(), often), dtype=np.float64)


def raked(patterns: Numbers, often: Numbers, told: Numbers) -> Numbers:
    """Estimate how often each of `patterns` was seen in a municipality that shared counts of columns only.

    These are the weights nearest to `often` (Kullback and Leibler) with which every column adds up to its rounded
    count: raking (Deville and Särndal 1992) within bounds.
    """
    from scipy.optimize import minimize

    start = often * told[0] / often.sum()
    width = patterns.shape[1]

    def loss(halves: Numbers) -> tuple[float, Numbers]:
        move = halves[:width] - halves[width:]
        weights = start * np.exp(np.clip(patterns @ move, -50, 50))
        slope = patterns.T @ weights - told
        value = weights.sum() - told @ move + _HALF * halves.sum()
        return float(value), np.concatenate([slope + _HALF, -slope + _HALF])

    found = minimize(loss, np.zeros(2 * width), jac=True, method="L-BFGS-B", bounds=[(0, _MOST_RAKED)] * (2 * width))
    return np.asarray(start * np.exp(np.clip(patterns @ (found.x[:width] - found.x[width:]), -50, 50)))


def _with_base(pieces: Numbers) -> Numbers:
    return np.column_stack([np.ones(len(pieces)), pieces])


def _sigmoid(log_odds: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -50, 50))))


# ---- what one part says of the points


@dataclass(frozen=True)
class _Score:
    """Observed minus expected hits of each column, their information, and the variance that rounding adds."""

    surplus: Numbers
    information: Numbers
    rounding: Numbers

    @property
    def is_well_known(self) -> Numbers:
        """The columns of which rounding left enough to say how far the part is from others; the base is one of them."""
        known = self.rounding <= _MOST_ROUNDED * np.diag(self.information)
        return np.asarray(known | (np.arange(len(known)) == 0))

    def covariance(self, spread: float) -> Numbers:
        """Of the surplus, when the points of municipalities differ with variance `spread`."""
        pieces = self.information[:, 1:]
        return np.asarray(self.information + np.diag(self.rounding) + spread * pieces @ pieces.T)

    def parabola(self, spread: float) -> tuple[Numbers, Numbers]:
        """Slope and curvature of the likelihood of the points where the surplus was counted; the base is free."""
        pull = np.linalg.solve(self.covariance(spread), self.information)
        curvature, slope = self.information @ pull, pull.T @ self.surplus
        of_base = max(curvature[0, 0], 1e-9)
        return (
            slope[1:] - curvature[1:, 0] * slope[0] / of_base,
            curvature[1:, 1:] - np.outer(curvature[1:, 0], curvature[0, 1:]) / of_base,
        )


def _expected(part: Part, base: float, coefficients: Numbers) -> tuple[Numbers, Numbers]:
    """Expected hits of each column, and their information (Fisher)."""
    chance = _sigmoid(base + part.patterns[:, 1:] @ coefficients)
    information = (part.patterns * (part.weights * chance * (1 - chance))[:, None]).T @ part.patterns
    return np.asarray(part.patterns.T @ (part.weights * chance) + part.correction), np.asarray(information)


def _score(part: Part, base: float, coefficients: Numbers) -> _Score:
    expected, information = _expected(part, base, coefficients)
    if not part.is_told:
        return _Score(part.hits - expected, information, np.full(len(expected), 1e-6))
    expected = np.maximum(expected, 1e-3)
    often = np.maximum(part.patterns.T @ part.weights, expected + 0.05)
    surplus, left = _unrounded(often, expected, part.hits)
    own = np.diag(information)
    is_known = (left > _LEAST_LEFT) & (own > _LEAST_KNOWN) & (expected > _LEAST_KNOWN)
    left = np.where(is_known, left, 1.0)
    lost = own * (1 - left) / left + part.noise + 1e-6
    return _Score(np.where(is_known, surplus / left, 0.0), information, np.where(is_known, lost, _NOTHING_KNOWN))


def _unrounded(often: Numbers, expected: Numbers, told: Numbers) -> tuple[Numbers, Numbers]:
    """How far a count was above what was expected, on average over the counts that would be told so; and what share of
    the variance of counts what is told leaves, none where nothing was told. A plain difference would be biased, since
    rare hits are rounded to none.
    """
    from scipy.stats import binom

    n = np.maximum(np.round(often), 1)
    chance = np.clip(expected / n, 1e-6, 1 - 1e-6)
    counts = np.arange(int(n.max()) + BASE)
    seen = binom.pmf(counts[:, None], n, chance)
    cell = (counts + BASE // 2) // BASE
    of_cell = np.eye(cell[-1] + 1)[cell].T
    often_told = of_cell @ seen
    mean = of_cell @ (seen * counts[:, None]) / np.maximum(often_told, 1e-300)
    overall = counts @ seen
    between = (often_told * (mean - overall) ** 2).sum(axis=0)
    within = (seen * (counts[:, None] - overall) ** 2).sum(axis=0)
    place = np.minimum((np.nan_to_num(told) / BASE).astype(int), cell[-1]), np.arange(len(n))
    nearest = np.clip(expected, told - _HALF, told + _HALF)
    count = np.where(often_told[place] > 1e-12, mean[place], nearest)
    is_told = ~np.isnan(told)
    return np.where(is_told, count - expected, 0.0), np.where(is_told, between / np.maximum(within, 1e-12), 0.0)


# ---- all parts together


@dataclass(frozen=True)
class Pooled:
    """Points that all parts say together, in log-odds, with the base of each part.

    `spread` is the variance between municipalities, `kept` the places of the parts that were used: a part that
    contradicts all others is left out. `mean_base` and `base_spread` say what bases municipalities have.
    """

    coefficients: Numbers
    bases: tuple[float, ...]
    spread: float
    mean_base: float
    base_spread: float
    kept: tuple[int, ...] = field(default=())

    def base_of(self, part: Part) -> float:
        """Return the base of a municipality, drawn to the mean base of municipalities: few decisions move it little."""
        return _fitted_base(part, self.coefficients, self.mean_base, self.base_spread)


@dataclass(frozen=True)
class Bounds:
    """What points may be: those against (`is_against`) never above nothing and others never below, and of no row of
    `never_above` the sum above nothing.
    """

    is_against: Numbers
    never_above: Numbers


def pool(parts: Sequence[Part], prior: Additive, bounds: Bounds, ridge: float) -> Pooled:
    """The points that all `parts` say together, drawn to those of `prior` and kept unless contradicted (`released`).

    Parts that contradict all others are left out, the most contradicting first.
    """
    kept = list(range(len(parts)))
    least = len(parts) * (1 - _MOST_LEFT_OUT)
    while True:
        found, scores = _pool([parts[at] for at in kept], prior, bounds, ridge)
        chances = [_by_chance(scores, at) for at in range(len(scores))]
        worst = int(np.argmin(chances))
        if len(kept) <= max(least, 2) or chances[worst] > _LEFT_OUT_BY_CHANCE / len(parts):
            break
        del kept[worst]
    bases = np.array(found.bases)
    error = np.array([1 / max(score.information[0, 0], 1e-9) for score in scores])
    spread = max(float(bases.var(ddof=1) - error.mean()), 0.05) if len(bases) > 2 else _NOTHING_KNOWN
    weight = 1 / (error + spread)
    return Pooled(
        found.coefficients, found.bases, found.spread, float(bases @ weight / weight.sum()), spread, tuple(kept)
    )


def _pool(parts: Sequence[Part], prior: Additive, bounds: Bounds, ridge: float) -> tuple[Pooled, list[_Score]]:
    coefficients = prior.coefficients.copy()
    for _ in range(_ROUNDS):
        bases = [_fitted_base(part, coefficients, prior.base, _NOTHING_KNOWN) for part in parts]
        scores = [_score(part, base, coefficients) for part, base in zip(parts, bases, strict=True)]
        spread = _between(scores)
        slopes, curvatures = zip(*(score.parabola(spread) for score in scores), strict=True)
        before = coefficients
        coefficients = _lowest(sum(slopes), sum(curvatures), before, prior, bounds, ridge)
        if np.abs(coefficients - before).max() < _CLOSE:
            break
    return Pooled(coefficients, tuple(bases), spread, 0.0, 0.0), scores


def _lowest(slope: Numbers, curvature: Numbers, at: Numbers, prior: Additive, bounds: Bounds, ridge: float) -> Numbers:
    """Find the lowest point of a parabola within the bounds, with as few coefficients as possible off the prior."""
    from scipy.optimize import nnls

    whole = curvature + ridge * np.eye(len(at))
    linear = curvature @ at + slope + ridge * prior.coefficients
    sign = np.where(bounds.is_against, -1.0, 1.0)

    def freed(is_held: Numbers, _: Additive) -> Additive:
        free = is_held == 0
        values = prior.coefficients.copy()
        if free.any():
            rest = linear[free] - whole[np.ix_(free, ~free)] @ values[~free]
            root = np.linalg.cholesky(whole[np.ix_(free, free)])
            values[free] = sign[free] * nnls(root.T * sign[free], np.linalg.solve(root, rest))[0]
        return Additive(prior.base, values, float(values @ whole @ values / 2 - linear @ values))

    waiting = [int(place) for place in np.flatnonzero(np.diag(curvature) > _LEAST_KNOWN)]
    found = released(freed, len(at), waiting, prior).coefficients
    broken = bounds.never_above[bounds.never_above @ found > 0]
    if not len(broken):
        return found
    may_move = (found != prior.coefficients) | broken.any(axis=0)
    return _lowest_in_order(whole, linear, np.where(may_move, sign, 0.0), prior.coefficients, bounds.never_above)


def _lowest_in_order(whole: Numbers, linear: Numbers, sign: Numbers, start: Numbers, never_above: Numbers) -> Numbers:
    """The same where no sum may be above nothing; what has no sign stays as it was."""
    from scipy.optimize import LinearConstraint, minimize

    bounds = [
        (value, value) if side == 0 else (0, None) if side > 0 else (None, 0)
        for value, side in zip(start.tolist(), sign.tolist(), strict=True)
    ]
    found = minimize(
        lambda values: (values @ whole @ values / 2 - linear @ values, whole @ values - linear),
        start,
        jac=True,
        method="SLSQP",
        bounds=bounds,
        constraints=LinearConstraint(never_above, -np.inf, -_ROUNDED_AWAY),
    )
    return np.asarray(found.x)


def _fitted_base(part: Part, coefficients: Numbers, mean: float, spread: float) -> float:
    """Fit the base of one part by Newton's steps, drawn to `mean` by a variance `spread`."""
    base = mean if spread < _NOTHING_KNOWN else 0.0
    for _ in range(25):
        score = _score(part, base, coefficients)
        step = (score.surplus[0] - (base - mean) / spread) / (score.information[0, 0] + 1 / spread + 0.1)
        base = float(np.clip(base + np.clip(step, -2, 2), -15, 15))
        if abs(step) < 1e-4:
            break
    return base


def _between(scores: Sequence[_Score]) -> float:
    """The variance of points between municipalities, common to all pieces, by moments (DerSimonian and Laird 1986)."""
    above = scale = 0.0
    for place in range(1, len(scores[0].surplus) if scores else 0):
        weights, shifts = [], []
        for score in scores:
            of_base = score.information[0, 0]
            own = score.information[place, place] - score.information[place, 0] ** 2 / of_base
            weight = own**2 / (own + score.rounding[place])
            if weight > _LEAST_KNOWN and score.is_well_known[place]:
                weights.append(weight)
                shifts.append((score.surplus[place] - score.information[place, 0] / of_base * score.surplus[0]) / own)
        weight, shift = np.array(weights), np.array(shifts)
        if len(weight) > 2:
            total = weight.sum()
            above += float(weight @ shift**2 - (weight @ shift) ** 2 / total - (len(weight) - 1))
            scale += float(total - weight @ weight / total)
    return max(0.0, above / scale) if scale else 0.0


def _by_chance(scores: Sequence[_Score], at: int) -> float:
    """The chance that a part is this far from what all parts say. Municipalities may differ as much as the others do,
    but no more than is thought possible: otherwise two wrong files would excuse each other.
    """
    from scipy.stats import chi2

    score = scores[at]
    spread = min(_between([*scores[:at], *scores[at + 1 :]]), _MOST_SPREAD)
    known = score.is_well_known
    if known.sum() < 2:
        return 1.0
    of_base = score.information[:, 0] / score.information[0, 0]
    away = (score.surplus - of_base * score.surplus[0])[known][1:]
    without = np.eye(len(known)) - np.outer(of_base, np.eye(len(known))[0])
    covariance = (without @ score.covariance(spread) @ without.T)[np.ix_(known, known)][1:, 1:]
    return float(chi2.sf(away @ np.linalg.pinv(covariance, hermitian=True) @ away, len(away)))


# ---- how well they tell what others found


def log_gain(part: Part, found: Numbers, fixed: Numbers) -> float:
    """Estimate how much likelier the hits of a part are with the points `found` than with the `fixed` ones, in logs.

    It is the step from the fixed to the found points times the slope half-way (the midpoint rule); the base is free, so
    the gain is that of the order. Where no hits were shared the slope is zero: that counts for neither side.
    """
    middle = (found + fixed) / 2
    score = _score(part, _fitted_base(part, middle, 0.0, _NOTHING_KNOWN), middle)
    of_base = score.information[1:, 0] / max(score.information[0, 0], 1e-9)
    return float((found - fixed) @ (score.surplus[1:] - of_base * score.surplus[0]))


def predicted_and_found(
    parts: Sequence[tuple[Part, float]], coefficients: Numbers, spread: float
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Of the cases of all parts, each with its base, and of those with each piece: predicted hits, hits, how many, and
    the variance of the hits, with that of rounding, of the bases (fitted on about as many cases) and of municipalities.

    A count of which rounding left little is left out of all four.
    """
    sums = []
    for part, base in parts:
        score = _score(part, base, coefficients)
        predicted, often = _expected(part, base, coefficients)[0], part.patterns.T @ part.weights
        of_base = score.information[:, 0] ** 2 / max(score.information[0, 0], 1e-9)
        variance = np.diag(score.covariance(spread)) + of_base
        sums.append(np.where(score.is_well_known, [predicted, predicted + score.surplus, often, variance], 0.0))
    predicted, found, often, variance = np.sum(sums, axis=0)
    return predicted, found, often, variance
