"""How well weights order and predict cases, and whom they would put lower: the figures that a judgement rests on.

scikit-learn and scipy are imported where they are used: no run needs them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from brp_signals.base.config import Weights
from brp_signals.evaluation.additive import Numbers, additive
from brp_signals.evaluation.examples import hits_of, numbers_of, pieces_of
from brp_signals.evaluation.intervals import wilson

#: Prediction and share of hits may lie so far apart, on the whole and in each of so many bands of predictions.
MOST_MISCALIBRATED: Final = 0.1
BANDS: Final = 5
#: A band with fewer says nothing.
FEWEST_IN_BAND: Final = 40
#: Of a group, the chance to stand in the upper quarter may not fall below so much of what the default gives it.
LEAST_RATIO: Final = 0.8
FEWEST_IN_GROUP: Final = 30
#: Over all groups together, groups that mean nothing may refuse so often.
MOST_GROUPS_BY_CHANCE: Final = 0.05
#: As many draws as a standard error needs.
_RESAMPLES: Final = 199
#: Where drawing again and again begins, so that the same cases give the same interval.
SEED: Final = 20261125


@dataclass(frozen=True)
class Band:
    """Later cases of about one prediction: the mean prediction, and the share of hits with its 95 % interval."""

    predicted: float
    observed: float
    low: float
    high: float

    @property
    def is_right(self) -> bool:
        """Whether what was predicted is what was found, but for chance or little."""
        return self.low <= self.predicted <= self.high or abs(self.predicted - self.observed) <= MOST_MISCALIBRATED


def log_odds(cases: Any, weights: Weights) -> Numbers:
    """The sum that orders a list; equal sums stay equal."""
    return np.round(additive(weights).log_odds(pieces_of(cases, weights)), 6)


def concordance(cases: Any, weights: Weights) -> float:
    """How often a hit stands above a case that was none; half for those on one place."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(hits_of(cases), log_odds(cases, weights), sample_weight=numbers_of(cases)))


def gain_interval(later: Any, weights: Weights, default: Weights, gain: float, alpha: float) -> tuple[float, float]:
    """The interval of the gain that spends `alpha` on each side, from drawing the later cases again and again."""
    from scipy.stats import bootstrap, norm
    from sklearn.metrics import roc_auc_score

    new, old, hits, chosen = log_odds(later, weights), log_odds(later, default), hits_of(later), numbers_of(later)

    def drawn_gain(of_hits: Numbers, of_others: Numbers) -> float:
        drawn = np.concatenate([of_hits, of_others])
        known = {"y_true": hits[drawn], "sample_weight": chosen[drawn]}
        return float(roc_auc_score(y_score=new[drawn], **known) - roc_auc_score(y_score=old[drawn], **known))

    found = bootstrap(
        (np.flatnonzero(hits), np.flatnonzero(hits == 0)),
        drawn_gain,
        vectorized=False,
        n_resamples=_RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(SEED),
    )
    wide = float(norm.isf(alpha) * found.standard_error)
    return gain - wide, gain + wide


def bands(cases: Any, weights: Weights) -> tuple[Band, ...]:
    """Prediction against outcome in bands of about as many cases; equal predictions stay together."""
    predicted = log_odds(cases, weights)
    n_bands = min(BANDS, max(len(cases) // FEWEST_IN_BAND, 1))
    below = np.searchsorted(np.sort(predicted), predicted)
    band_of = below * n_bands // len(cases)
    return tuple(band_of_all(cases[band_of == band], weights) for band in np.unique(band_of))


def band_of_all(cases: Any, weights: Weights) -> Band:
    """The interval is Wilson's on the effective number of cases, since they weigh differently."""
    chosen = numbers_of(cases)
    observed = float(np.average(hits_of(cases), weights=chosen))
    chance = additive(weights).chance(pieces_of(cases, weights))
    return Band(float(np.average(chance, weights=chosen)), observed, *wilson(observed, float(chosen.sum())))


def worse_off(listed: Any, weights: Weights, default: Weights, groups: Mapping[str, Mapping[str, str]]) -> str | None:
    """The kind of group of which some group would stand in the upper quarter of all signals clearly less often.

    Clearly: more members leave the quarter than come in, by more than chance gives over all groups that are compared.
    """
    from scipy.stats import binomtest

    now, before = _in_upper_quarter(listed, weights), _in_upper_quarter(listed, default)
    compared = [
        (kind, np.asarray(members, dtype=bool))
        for kind, group_of in groups.items()
        for members in _members(listed["case_id"].map(group_of))
    ]
    for kind, members in compared:
        left, came = int(np.sum(members & before & ~now)), int(np.sum(members & now & ~before))
        is_less = np.sum(members & now) < LEAST_RATIO * np.sum(members & before)
        alpha = MOST_GROUPS_BY_CHANCE / len(compared)
        if is_less and binomtest(left, left + came, alternative="greater").pvalue <= alpha:
            return kind
    return None


def _members(group: Any) -> list[Any]:
    """Who is in each group that is large enough to compare; those of no group are one too."""
    known = group.fillna("")
    return [known == name for name, size in known.value_counts().items() if size >= FEWEST_IN_GROUP]


def _in_upper_quarter(listed: Any, weights: Weights) -> Any:
    chosen = np.zeros(len(listed), dtype=bool)
    chosen[np.argsort(-log_odds(listed, weights), kind="stable")[: max(len(listed) // 4, 1)]] = True
    return chosen
