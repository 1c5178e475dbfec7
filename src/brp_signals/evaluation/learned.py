"""Weights learned from decisions, and the conditions under which they may order the work; else the default stays.

What is learned is the base and the points of the pieces of evidence, the same sum that orders a list; that sum is what
is tried on later cases, to the last tenth. Points for stay for and points against stay against, so more evidence for
never lowers a place. A piece of which the decisions do not contradict the default keeps it.

pandas, scikit-learn and scipy are imported where they are used: no run needs them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import numpy as np
from pydantic import ValidationError

from brp_signals.config import Weights, is_against
from brp_signals.evaluation.additive import Additive, Numbers, learn
from brp_signals.evaluation.decided import LookedAt
from brp_signals.evaluation.intervals import wilson

#: Fewer decided cases teach nothing that lasts; a city has about so many before they must go.
FEWEST_DECIDED: Final = 90
#: Of each outcome in the earlier and in the later part, else there is nothing to compare.
FEWEST_OF_A_KIND: Final = 10
#: Decided departures of the control sample: without them nobody knows what the lists miss.
FEWEST_CONTROLS: Final = 30
#: Of the signals of every kind at least so many must have been decided; else the past says who was looked at.
LEAST_COVERAGE: Final = 0.5
#: A kind of signal with fewer is not judged on its coverage.
FEWEST_IN_STRATUM: Final = 20
#: Share of the judged cases, the oldest ones, that is learned from; the rest is what is tried on.
EARLIER_SHARE: Final = 0.6
#: A smaller gain is not worth another order.
LEAST_GAIN: Final = 0.02
#: Over all looks together weights that are no better may be let through so often; a look spends half of what is left.
MOST_BY_CHANCE: Final = 0.05
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
#: How many cases' worth of doubt draw the log-odds of a piece to its default.
_RIDGE: Final = 1.0
#: As many draws as a standard error needs.
_RESAMPLES: Final = 199
_SEED: Final = 20261125
_POINTS_PER_LOG_ODDS: Final = 10


@dataclass(frozen=True)
class Example:
    """One signal that was listed: level and pieces of evidence when it came onto the list, and what people found, if
    they did.
    """

    case_id: str
    level: str
    pieces: frozenset[str]
    decided_on: date | None
    is_hit: bool | None


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


@dataclass(frozen=True)
class Look:
    """A moment at which is judged: on the oldest `n_judged` decisions, with so much chance of an error to spend.

    Decisions that come in between change nothing, so asking oftener is no other look.
    """

    n_judged: int
    alpha: float


@dataclass(frozen=True)
class Judgement:
    """Whether learned weights may be used, in one Dutch sentence, with the figures behind it that could be made.

    `weights` is None when they may not. `gain` is how much oftener a hit stands above a case that was none, on later
    cases than it was learned from, with its interval for this look. `whole` holds prediction against outcome, `bands`
    the same from low to high. `moved` are the pieces that left their default: the points before and after.
    """

    sentence_nl: str
    weights: Weights | None = None
    n_decided: int = 0
    n_judged: int = 0
    n_controls: int = 0
    gain: float | None = None
    interval: tuple[float, float] | None = None
    whole: Band | None = None
    bands: tuple[Band, ...] = ()
    moved: tuple[tuple[str, float, float], ...] = ()


def examples(cases: Sequence[LookedAt]) -> list[Example]:
    """Every departure that was listed for its signs and weighed, as an example."""
    return [_example(each) for each in cases if each.is_signal and each.kind == "departure" and each.pieces]


def _example(case: LookedAt) -> Example:
    decided_on = case.decisions[-1].decided_on if case.is_hit is not None else None
    return Example(case.case_id, case.level, frozenset(case.pieces), decided_on, case.is_hit)


def controls(cases: Sequence[LookedAt]) -> int:
    """How many departures of the control sample were decided."""
    return sum(each.draw is not None and not each.is_signal and each.is_hit is not None for each in cases)


def judge(
    examples: Sequence[Example], n_controls: int, groups: Mapping[str, Mapping[str, str]], default: Weights
) -> Judgement:
    """Learn from the earlier decisions, try on the later ones, and say whether the result may be used.

    `n_controls` are the decided departures of the control sample; `groups` gives for a kind of group the group of each
    case, and is used for nothing but the comparison of groups.
    """
    listed = _frame(examples, default)
    decided = listed[listed["is_decided"]].sort_values(["decided_on", "case_id"])
    counts: dict[str, Any] = {"n_decided": len(decided), "n_controls": n_controls}
    if len(decided) < FEWEST_DECIDED:
        return _refused(f"er zijn {FEWEST_DECIDED} besluiten nodig; het aantal is nu {len(decided)}", counts)
    if n_controls < FEWEST_CONTROLS:
        why = f"er zijn {FEWEST_CONTROLS} besluiten over de steekproef nodig; het aantal is nu {n_controls}"
        return _refused(why, counts)
    if listed["coverage"].min() < LEAST_COVERAGE:
        why = "over sommige soorten signalen is te weinig besloten; de besluiten zeggen dan vooral waar is gekeken"
        return _refused(why, counts)
    if not groups:
        return _refused("er is geen bestand met groepen, dus of groepen gelijk blijven is niet te zien", counts)
    look = look_at(len(decided))
    judged = decided.head(look.n_judged)
    counts["n_judged"] = len(judged)
    cut = judged["decided_on"].iloc[int(len(judged) * EARLIER_SHARE)]
    earlier, later = judged[judged["decided_on"] < cut], judged[judged["decided_on"] >= cut]
    if min(_n_of_a_kind(earlier), _n_of_a_kind(later)) < FEWEST_OF_A_KIND:
        return _refused("er zijn te weinig gevallen van elke uitkomst", counts)
    try:
        weights = learned_from(earlier, default)
    except ValidationError:
        return _refused("geleerd zou meer weten een zaak lager zetten", counts)
    return _tried(weights, later, listed, look, groups, default, counts)


def look_at(n_decided: int) -> Look:
    """The last look that so many decisions allow: one at the fewest, and one each time that they have doubled."""
    place = int(np.log2(n_decided / FEWEST_DECIDED))
    return Look(FEWEST_DECIDED * 2**place, MOST_BY_CHANCE / 2 ** (place + 1))


def _tried(
    weights: Weights,
    later: Any,
    listed: Any,
    look: Look,
    groups: Mapping[str, Mapping[str, str]],
    default: Weights,
    counts: dict[str, Any],
) -> Judgement:
    """The judgement of what was learned, on `later` cases, and on all that were `listed` for where groups stand."""
    counts |= {
        "moved": _moved(weights, default),
        "gain": _concordance(later, weights) - _concordance(later, default),
        "whole": _band(later, weights),
        "bands": bands(later, weights),
    }
    if counts["gain"] < LEAST_GAIN:
        return _refused("zij ordenen latere gevallen niet aantoonbaar beter dan de vaste gewichten", counts)
    counts["interval"] = _interval(later, weights, default, counts["gain"], look.alpha)
    if counts["interval"][0] <= 0:
        return _refused("zij ordenen latere gevallen niet aantoonbaar beter dan de vaste gewichten", counts)
    if not counts["whole"].is_right:
        return _refused("de voorspelling klopt niet met wat later is gevonden", counts)
    if not all(band.is_right for band in counts["bands"]):
        return _refused("lage of hoge voorspellingen kloppen niet met wat later is gevonden", counts)
    if worse := _worse_off(listed, weights, default, groups):
        return _refused(f"een groep ({worse}) zou minder vaak bovenaan staan", counts)
    return Judgement(
        "Geleerde gewichten ordenen latere gevallen beter dan de vaste gewichten en mogen worden gebruikt; een mens "
        "beslist daarover.",
        weights,
        **counts,
    )


def _refused(why_nl: str, counts: dict[str, Any]) -> Judgement:
    return Judgement(f"De vaste gewichten blijven: {why_nl}.", None, **counts)


# ---- cases as a table


def _frame(examples: Sequence[Example], default: Weights) -> Any:
    """A row for each listed signal: a column for each piece of evidence, and for how its outcome counts.

    `coverage` is the share of its kind of signal that was decided; a kind with few signals is taken together with all.
    """
    import pandas as pd

    rows = [
        {
            "case_id": each.case_id,
            "stratum": f"{each.level} {_strongest(each, default)}",
            "decided_on": each.decided_on,
            "is_hit": each.is_hit is True,
            "is_decided": each.is_hit is not None and each.decided_on is not None,
            **{piece: piece in each.pieces for piece in default.pieces},
        }
        for each in examples
    ]
    columns = ["case_id", "stratum", "decided_on", "is_hit", "is_decided", *default.pieces]
    frame = pd.DataFrame(rows, columns=columns).astype({"is_hit": bool, "is_decided": bool})
    of_kind = frame.groupby("stratum")["is_decided"]
    return frame.assign(
        coverage=of_kind.transform("mean").where(
            of_kind.transform("size") >= FEWEST_IN_STRATUM, frame["is_decided"].mean()
        )
    )


def _strongest(example: Example, default: Weights) -> str:
    """The piece that a signal mainly rests on."""
    return max(sorted(example.pieces & set(default.pieces)), key=lambda piece: default.pieces[piece], default="")


def _n_of_a_kind(cases: Any) -> int:
    hits = int(cases["is_hit"].sum())
    return min(hits, len(cases) - hits)


def _pieces(cases: Any, weights: Weights) -> Numbers:
    return np.asarray(cases[list(weights.pieces)], dtype=np.float64)


def _hits(cases: Any) -> Numbers:
    return np.asarray(cases["is_hit"], dtype=np.float64)


def _chosen(cases: Any) -> Numbers:
    """For how many signals each decided one stands; together as many as they are worth (Kish 1965)."""
    stands_for = 1 / np.asarray(cases["coverage"], dtype=np.float64)
    return np.asarray(stands_for * stands_for.sum() / (stands_for**2).sum())


# ---- the model


def additive(weights: Weights) -> Additive:
    """Weights as the model that they are."""
    points = np.array([float(points) for points in weights.pieces.values()])
    return Additive(float(weights.base) / _POINTS_PER_LOG_ODDS, points / _POINTS_PER_LOG_ODDS)


def learned_from(cases: Any, default: Weights) -> Weights:
    """What decided cases say the base and the points are; where they do not contradict the default, the default.

    The base follows the share of hits. Raises ValidationError for points that a configuration may not hold together.
    """
    against = np.array([is_against(piece) for piece in default.pieces], dtype=np.float64)
    found = learn(_pieces(cases, default), _hits(cases), _chosen(cases), additive(default), against, _RIDGE)
    points = {
        piece: _points(log_odds) for piece, log_odds in zip(default.pieces, found.coefficients.tolist(), strict=True)
    }
    return Weights(base=_points(found.base), pieces=points)


def _points(log_odds: float) -> Decimal:
    """Tenths, as a sum is shown, within what a configuration may hold."""
    return Decimal(f"{min(max(_POINTS_PER_LOG_ODDS * log_odds, -100.0), 100.0) + 0.0:.1f}")


def _moved(weights: Weights, default: Weights) -> tuple[tuple[str, float, float], ...]:
    return tuple(
        (piece, float(default.pieces[piece]), float(points))
        for piece, points in weights.pieces.items()
        if points != default.pieces[piece]
    )


def _log_odds(cases: Any, weights: Weights) -> Numbers:
    """The sum that orders a list; equal sums stay equal."""
    return np.round(additive(weights).log_odds(_pieces(cases, weights)), 6)


# ---- what is judged


def _concordance(cases: Any, weights: Weights) -> float:
    """How often a hit stands above a case that was none; half for those on one place."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(_hits(cases), _log_odds(cases, weights), sample_weight=_chosen(cases)))


def _interval(later: Any, weights: Weights, default: Weights, gain: float, alpha: float) -> tuple[float, float]:
    """The interval of the gain that spends `alpha` on each side, from drawing the later cases again and again."""
    from scipy.stats import bootstrap, norm
    from sklearn.metrics import roc_auc_score

    new, old, hits, chosen = _log_odds(later, weights), _log_odds(later, default), _hits(later), _chosen(later)

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
        rng=np.random.default_rng(_SEED),
    )
    wide = float(norm.isf(alpha) * found.standard_error)
    return gain - wide, gain + wide


def bands(cases: Any, weights: Weights) -> tuple[Band, ...]:
    """Prediction against outcome in bands of about as many cases; equal predictions stay together."""
    predicted = _log_odds(cases, weights)
    n_bands = min(BANDS, max(len(cases) // FEWEST_IN_BAND, 1))
    below = np.searchsorted(np.sort(predicted), predicted)
    band_of = below * n_bands // len(cases)
    return tuple(_band(cases[band_of == band], weights) for band in np.unique(band_of))


def _band(cases: Any, weights: Weights) -> Band:
    """The interval is Wilson's on the effective number of cases, since they weigh differently."""
    chosen = _chosen(cases)
    observed = float(np.average(_hits(cases), weights=chosen))
    chance = additive(weights).chance(_pieces(cases, weights))
    return Band(float(np.average(chance, weights=chosen)), observed, *wilson(observed, float(chosen.sum())))


def _worse_off(listed: Any, weights: Weights, default: Weights, groups: Mapping[str, Mapping[str, str]]) -> str | None:
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
    chosen[np.argsort(-_log_odds(listed, weights), kind="stable")[: max(len(listed) // 4, 1)]] = True
    return chosen


# ---- challengers


def challengers(examples: Sequence[Example], default: Weights) -> dict[str, float]:
    """How much better freer models order the later cases than the default does: what the additive one may miss.

    Shown beside it and never used: one of trees in which evidence for never lowers, and one that is free.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score

    decided = _frame(examples, default).query("is_decided").sort_values(["decided_on", "case_id"])
    cut = int(len(decided) * EARLIER_SHARE)
    earlier, later = decided.iloc[:cut], decided.iloc[cut:]
    if min(_n_of_a_kind(earlier), _n_of_a_kind(later)) < FEWEST_OF_A_KIND:
        return {}
    signs = [-1 if is_against(piece) else 1 for piece in default.pieces]
    models = {
        "monotone": HistGradientBoostingClassifier(
            monotonic_cst=signs, interaction_cst="no_interactions", max_iter=50, random_state=_SEED
        ),
        "free": HistGradientBoostingClassifier(max_iter=50, random_state=_SEED),
    }
    before = _concordance(later, default)
    found = {}
    for name, model in models.items():
        model.fit(_pieces(earlier, default), _hits(earlier), sample_weight=_chosen(earlier))
        chance = model.predict_proba(_pieces(later, default))[:, 1]
        found[name] = float(roc_auc_score(_hits(later), chance, sample_weight=_chosen(later))) - before
    return found
