"""Weights learned from decisions, and the conditions under which they may order the work; else the default stays.

The model is a logistic regression with coefficients that cannot be negative, so more evidence never lowers a place.
Only how sources weigh against freshness is taken from it: level and protection (B-05) come first whatever was learned.
What comes out are two weights of the configuration, so a rank stays a sum of the same parts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from brp_signals.config import Weights
from brp_signals.evaluation.decided import LookedAt
from brp_signals.evaluation.intervals import wilson

Numbers = np.ndarray[Any, np.dtype[np.float64]]

#: Fewer decided cases teach nothing that lasts.
FEWEST_DECIDED: Final = 300
#: Of each kind in the later part, else there is nothing to compare.
FEWEST_OF_A_KIND: Final = 20
#: Decided departures of the control sample: without them nobody knows what the lists miss.
FEWEST_CONTROLS: Final = 30
#: Of the signals of every kind at least so many must have been decided; else the past says who was looked at.
LEAST_COVERAGE: Final = 0.5
#: A kind of signal with fewer is not judged on its coverage.
FEWEST_IN_STRATUM: Final = 20
#: Share of the decided cases, the oldest ones, that is learned from; the rest is what is tried on.
EARLIER_SHARE: Final = 0.6
#: Prediction and share of hits may lie so far apart, on the whole and in each of so many bands of predictions.
MOST_MISCALIBRATED: Final = 0.1
BANDS: Final = 5
#: Of a group, the chance to stand in the upper quarter may not fall below so much of what the default gives it.
LEAST_RATIO: Final = 0.8
FEWEST_IN_GROUP: Final = 30
_PROTECTIVE_RULE: Final = "B-05"
_RESAMPLES: Final = 1000
_SEED: Final = 20261125
_RIDGE: Final = 1.0


@dataclass(frozen=True)
class Example:
    """One signal that was listed: its parts when it came onto the list, and what people found, if they did.

    `sources` and `freshness` run from 0 to 1, as the default counts them.
    """

    case_id: str
    is_level_a: bool
    is_protective: bool
    sources: float
    freshness: float
    decided_on: date | None
    is_hit: bool | None

    @property
    def stratum(self) -> tuple[bool, bool, bool, bool]:
        """The kind of signal, for how it was chosen to be looked at."""
        return self.is_level_a, self.is_protective, self.sources > 0.4, self.freshness >= 0.5


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
class Judgement:
    """Whether learned weights may be used, in one Dutch sentence, with the figures behind it that could be made.

    `weights` is None when they may not. `gain` is how much oftener a hit stands above a case that was none, on later
    cases than it was learned from, with its 95 % interval. `bands` hold prediction against outcome from low to high.
    """

    sentence_nl: str
    weights: Weights | None = None
    n_decided: int = 0
    n_controls: int = 0
    gain: float | None = None
    interval: tuple[float, float] | None = None
    predicted: float | None = None
    observed: float | None = None
    bands: tuple[Band, ...] = ()


def examples(cases: Sequence[LookedAt], weights: Weights) -> list[Example]:
    """Every departure that was listed for its signs, as an example."""
    return [_example(each, weights) for each in cases if each.is_signal and each.kind == "departure"]


def _example(case: LookedAt, weights: Weights) -> Example:
    age = (case.listed_on - case.last_sign_on).days if case.listed_on and case.last_sign_on else weights.freshness_days
    decided = case.is_hit is not None
    return Example(
        case.case_id,
        case.level == "A",
        _PROTECTIVE_RULE in case.rule_codes,
        min(case.n_sources, weights.most_sources) / max(weights.most_sources, 1),
        max(0.0, 1 - age / weights.freshness_days),
        case.decisions[-1].decided_on if decided else None,
        case.is_hit,
    )


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
    decided = sorted(
        (each for each in examples if each.is_hit is not None and each.decided_on),
        key=lambda each: (each.decided_on, each.case_id),
    )
    counts: dict[str, Any] = {"n_decided": len(decided), "n_controls": n_controls}
    if len(decided) < FEWEST_DECIDED:
        return _refused(f"er zijn {FEWEST_DECIDED} besluiten nodig; het aantal is nu {len(decided)}", counts)
    if n_controls < FEWEST_CONTROLS:
        why = f"er zijn {FEWEST_CONTROLS} besluiten over de steekproef nodig; het aantal is nu {n_controls}"
        return _refused(why, counts)
    chances = _coverage(examples)
    if min(chances.values()) < LEAST_COVERAGE:
        why = "over sommige soorten signalen is te weinig besloten; de besluiten zeggen dan vooral waar is gekeken"
        return _refused(why, counts)
    if not groups:
        return _refused("er is geen bestand met groepen, dus of groepen gelijk blijven is niet te zien", counts)
    cut = _first_later_day(decided)
    earlier = [each for each in decided if each.decided_on and each.decided_on < cut]
    later = [each for each in decided if each.decided_on and each.decided_on >= cut]
    if min(_n_of_a_kind(earlier), _n_of_a_kind(later)) < FEWEST_OF_A_KIND:
        return _refused("er zijn te weinig gevallen van elke uitkomst", counts)
    return _tried(earlier, later, chances, groups, default, counts)


def _tried(
    earlier: Sequence[Example],
    later: Sequence[Example],
    chances: Mapping[Any, float],
    groups: Mapping[str, Mapping[str, str]],
    default: Weights,
    counts: dict[str, Any],
) -> Judgement:
    """The judgement of what was learned from `earlier` on `later`."""
    intercept, coefficients = fit(_parts(earlier), _hits(earlier), _chosen(earlier, chances))
    weights = weights_of(coefficients, default)
    if weights is None:
        return _refused("bronnen en recentheid zeggen niets over de uitkomst", counts)
    hits, chosen = _hits(later), _chosen(later, chances)
    new, old = scores(later, weights), scores(later, default)
    interval = _interval(new, old, hits, chosen)
    predictions = _chance(_parts(later) @ coefficients + intercept)
    predicted = float(np.average(predictions, weights=chosen))
    counts |= {
        "gain": concordance(new, hits, chosen) - concordance(old, hits, chosen),
        "interval": interval,
        "predicted": predicted,
        "observed": float(np.average(hits, weights=chosen)),
        "bands": bands(predictions, hits, chosen),
    }
    if interval[0] <= 0:
        return _refused("zij ordenen latere gevallen niet aantoonbaar beter dan de vaste gewichten", counts)
    if abs(predicted - counts["observed"]) > MOST_MISCALIBRATED:
        return _refused("de voorspelling klopt niet met wat later is gevonden", counts)
    if not all(band.is_right for band in counts["bands"]):
        return _refused("lage of hoge voorspellingen kloppen niet met wat later is gevonden", counts)
    if worse := _worse_off(later, new, old, groups):
        return _refused(f"een groep ({worse}) zou minder vaak bovenaan staan", counts)
    return Judgement(
        "Geleerde gewichten ordenen latere gevallen beter dan de vaste gewichten en mogen worden gebruikt; een mens "
        "beslist daarover.",
        weights,
        **counts,
    )


def _refused(why_nl: str, counts: dict[str, Any]) -> Judgement:
    return Judgement(f"De vaste gewichten blijven: {why_nl}.", None, **counts)


def _coverage(examples: Sequence[Example]) -> dict[Any, float]:
    """For each kind of signal the share that was decided; a kind with few signals is taken together with all."""
    listed: dict[Any, list[bool]] = {}
    for each in examples:
        listed.setdefault(each.stratum, []).append(each.is_hit is not None)
    whole = float(np.mean([each.is_hit is not None for each in examples]))
    return {
        kind: float(np.mean(decided)) if len(decided) >= FEWEST_IN_STRATUM else whole
        for kind, decided in listed.items()
    }


def _first_later_day(decided: Sequence[Example]) -> date:
    day = decided[int(len(decided) * EARLIER_SHARE)].decided_on
    assert day is not None  # noqa: S101  # the callers leave undecided ones out
    return day


def _n_of_a_kind(examples: Sequence[Example]) -> int:
    hits = sum(each.is_hit is True for each in examples)
    return min(hits, len(examples) - hits)


def _parts(examples: Sequence[Example]) -> Numbers:
    return np.array(
        [[each.is_level_a, each.is_protective, each.sources, each.freshness] for each in examples], dtype=np.float64
    )


def _hits(examples: Sequence[Example]) -> Numbers:
    return np.array([each.is_hit is True for each in examples], dtype=np.float64)


def _chosen(examples: Sequence[Example], chances: Mapping[Any, float]) -> Numbers:
    """For how many signals each decided one stands."""
    return np.array([1 / chances[each.stratum] for each in examples])


def fit(parts: Numbers, hits: Numbers, chosen: Numbers) -> tuple[float, Numbers]:
    """Intercept and coefficients of a logistic regression in which no coefficient is negative.

    One coordinate after the other takes a Newton step and is held at zero; the problem is convex, so this ends in its
    one solution.
    """
    columns = np.column_stack([np.ones(len(hits)), parts])
    found = np.zeros(columns.shape[1])
    for _ in range(200):
        before = found.copy()
        for place in range(len(found)):
            chance = _chance(columns @ found)
            ridge = _RIDGE if place else 0.0
            slope = columns[:, place] @ (chosen * (chance - hits)) + ridge * found[place]
            bend = columns[:, place] ** 2 @ (chosen * chance * (1 - chance)) + ridge
            step = found[place] - slope / max(float(bend), 1e-9)
            found[place] = max(step, 0.0) if place else step
        if np.abs(found - before).max() < 1e-9:
            break
    return float(found[0]), found[1:]


def _chance(logit: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -30, 30))))


def weights_of(coefficients: Numbers, default: Weights) -> Weights | None:
    """The default weights with the room of sources and freshness divided anew, in whole points; None if neither tells.

    Together they keep the room that they have by default, below what protection weighs.
    """
    _, _, of_sources, of_freshness = (float(each) for each in coefficients)
    total = of_sources + of_freshness
    if total <= 0:
        return None
    room = default.source * default.most_sources + default.freshness
    source = round(float(room) * of_sources / total / max(default.most_sources, 1))
    return Weights.model_validate(
        default.model_dump() | {"source": source, "freshness": room - source * default.most_sources}
    )


def scores(examples: Sequence[Example], weights: Weights) -> Numbers:
    """The order of the list as one number a case: level first, then points."""
    by_part = np.array(
        [
            10_000.0,
            float(weights.protective),
            float(weights.source * weights.most_sources),
            float(weights.freshness),
        ]
    )
    return np.asarray(_parts(examples) @ by_part)


def concordance(score: Numbers, hits: Numbers, chosen: Numbers) -> float:
    """How often a hit stands above a case that was none; half for those on one place."""
    _, places = np.unique(score, return_inverse=True)
    positive = np.bincount(places, chosen * hits)
    negative = np.bincount(places, chosen * (1 - hits))
    below = np.cumsum(negative) - negative / 2
    return float(positive @ below / (positive.sum() * negative.sum()))


def bands(predictions: Numbers, hits: Numbers, chosen: Numbers) -> tuple[Band, ...]:
    """Prediction against outcome in bands of about as many cases; equal predictions stay together.

    The interval is Wilson's on the effective number of cases, since they weigh differently (Kish 1965).
    """
    below = np.searchsorted(np.sort(predictions), predictions)
    band_of = below * BANDS // len(hits)
    inside = [band_of == band for band in np.unique(band_of)]
    return tuple(_band(predictions[each], hits[each], chosen[each]) for each in inside)


def _band(predictions: Numbers, hits: Numbers, chosen: Numbers) -> Band:
    observed = float(np.average(hits, weights=chosen))
    n_effective = float(chosen.sum() ** 2 / (chosen**2).sum())
    return Band(float(np.average(predictions, weights=chosen)), observed, *wilson(observed, n_effective))


def _interval(new: Numbers, old: Numbers, hits: Numbers, chosen: Numbers) -> tuple[float, float]:
    """The 95 % interval of the gain, from drawing the later cases again and again."""
    chance = np.random.default_rng(_SEED)
    gains = []
    for drawn in chance.multinomial(len(hits), np.full(len(hits), 1 / len(hits)), size=_RESAMPLES):
        weight = chosen * drawn
        if 0 < weight @ hits < weight.sum():
            gains.append(concordance(new, hits, weight) - concordance(old, hits, weight))
    low, high = np.quantile(gains, (0.025, 0.975))
    return float(low), float(high)


def _worse_off(
    later: Sequence[Example], new: Numbers, old: Numbers, groups: Mapping[str, Mapping[str, str]]
) -> str | None:
    """The kind of group of which some group would stand in the upper quarter clearly less often than now."""
    quarter = max(len(later) // 4, 1)
    upper = [set(np.argsort(-score, kind="stable")[:quarter].tolist()) for score in (new, old)]
    for kind, group_of in groups.items():
        members: dict[str, set[int]] = {}
        for place, each in enumerate(later):
            members.setdefault(group_of.get(each.case_id, ""), set()).add(place)
        for places in members.values():
            now, before = len(places & upper[0]), len(places & upper[1])
            if len(places) >= FEWEST_IN_GROUP and now < LEAST_RATIO * before:
                return kind
    return None
