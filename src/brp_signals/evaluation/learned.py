"""Learn weights from decisions, and say whether they may order the work; otherwise the default weights stay.

Learning sets the base and the points of the pieces of evidence: the same sum that orders a list. That sum is tried on
later cases, with points rounded to tenths as on the list. Evidence for never gets negative points and evidence against
never positive ones, so more evidence for never moves a case down. A piece keeps its default points unless the decisions
contradict them.

pandas, scikit-learn and scipy are imported where they are used: no run needs them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pydantic import ValidationError

from brp_signals.base.config import SAYS_LESS, Weights, is_against
from brp_signals.evaluation.additive import POINTS_PER_LOG_ODDS, additive, learn
from brp_signals.evaluation.examples import Example, frame_of, hits_of, n_of_a_kind, numbers_of, pieces_of
from brp_signals.evaluation.intervals import wilson
from brp_signals.evaluation.measures import (
    FEWEST_IN_BAND,
    SEED,
    Band,
    band_of_all,
    bands,
    concordance,
    gain_interval,
    worse_off,
)
from brp_signals.evaluation.pooling import (
    Bounds,
    Part,
    Pooled,
    exact_part,
    log_gain,
    pool,
    predicted_and_found,
    recombined,
    told_part,
)

if TYPE_CHECKING:
    from brp_signals.evaluation.sharing import Share

#: Fewer decided cases teach nothing that lasts; a large city decides about this many before the term removes them.
FEWEST_DECIDED: Final = 90
#: The earlier and the later part each need this many cases of each outcome; otherwise there is nothing to compare.
FEWEST_OF_A_KIND: Final = 10
#: Decided departures of the control sample: without them nobody knows what the lists miss.
FEWEST_CONTROLS: Final = 30
#: This share of the signals of every kind must have been decided; otherwise the past only tells where staff looked.
LEAST_COVERAGE: Final = 0.5
#: The oldest cases, this share of those judged, are learned from; the others are for the trial.
EARLIER_SHARE: Final = 0.6
#: A smaller gain is not worth another order.
LEAST_GAIN: Final = 0.02
#: How often weights that are no better may pass, over all looks together; each look spends half of what is left.
MOST_BY_CHANCE: Final = 0.05
#: Fewer municipalities, the own one included, do not show how much municipalities differ.
FEWEST_MUNICIPALITIES: Final = 5
#: With files of other municipalities, this many own decided cases are enough, and this many own signals show which
#: pieces go together.
FEWEST_OWN: Final = 10
FEWEST_SIGNALS: Final = 30
#: The gain for each later case in log-likelihood; a smaller one is not worth another order.
LEAST_LOG_GAIN: Final = 0.005
#: The name of the own decisions where they contradict those of all other municipalities.
OWN: Final = "own decisions"
#: The ridge penalty: as much doubt as this many cases draws the log-odds of a piece to its default.
_RIDGE: Final = 1.0


@dataclass(frozen=True)
class Look:
    """A moment of judgement: it reads the oldest `n_judged` decisions and may spend a chance of error of `alpha`.

    Decisions that come in between two looks change nothing, so whoever asks more often does not get another look.
    """

    n_judged: int
    alpha: float


@dataclass(frozen=True)
class Others:
    """What the files of other municipalities gave: the number of files, of decided cases, and which were left out.

    `spread` is how far points differ between municipalities (standard deviation); `base` is the base of an average one.
    `log_gain` is the gain in log-likelihood for each later case of all municipalities, with its interval; it is given
    when the own later cases are too few to judge by.
    """

    n_files: int
    n_decided: int
    left_out: tuple[str, ...]
    spread: float | None = None
    base: float | None = None
    n_later: int = 0
    log_gain: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Judgement:
    """Whether learned weights may be used: one Dutch sentence, and those of the figures behind it that can be made.

    `weights` is None when they may not be used. `gain` is how much more often a hit is placed above a case that was no
    hit, on later cases than those learned from, with its interval for this look. `whole` compares prediction and
    outcome. `bands` does so from low to high predictions, or for each piece when the trial used later cases of other
    municipalities. `moved` has the pieces that left their default, with the points before and after.
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
    others: Others | None = None


def judge(
    examples: Sequence[Example],
    n_controls: int,
    groups: Mapping[str, Mapping[str, str]],
    default: Weights,
    shares: Sequence["Share"] = (),
) -> Judgement:
    """Learn from the earlier decisions, try the result on the later ones, and say whether it may be used.

    `n_controls` is the number of decided departures in the control sample. `groups` gives, for each kind of group, the
    group of each case; it only serves to compare groups. `shares` are files of other municipalities: they are learned
    from as well, and serve for the trial when the own decisions are too few.
    """
    listed = frame_of(examples, default)
    decided = listed[listed["is_decided"]].sort_values(["decided_on", "case_id"])
    counts: dict[str, Any] = {"n_decided": len(decided), "n_controls": n_controls}
    covered = [share for share in shares if share.coverage >= LEAST_COVERAGE]
    if shares:
        left_out = tuple(share.name for share in shares if share not in covered)
        counts["others"] = Others(len(shares), sum(share.n_decided for share in shares), left_out)
    if why := _too_little(listed, len(decided), n_controls, groups, covered if shares else None):
        return _refused(why, counts)
    look = look_at(max(len(decided), FEWEST_DECIDED))
    judged = decided.head(look.n_judged)
    counts["n_judged"] = len(judged)
    cut = judged["decided_on"].iloc[int(len(judged) * EARLIER_SHARE)]
    earlier, later = judged[judged["decided_on"] < cut], judged[judged["decided_on"] >= cut]
    is_enough = min(n_of_a_kind(earlier), n_of_a_kind(later)) >= FEWEST_OF_A_KIND and len(decided) >= FEWEST_DECIDED
    if not (is_enough or covered):
        return _refused("er zijn te weinig gevallen van elke uitkomst", counts)
    try:
        if not covered:
            return _tried(learned_from(earlier, default), later, listed, look, groups, default, counts)
        learned = learned_with(earlier, listed, default, covered, with_later=is_enough)
    except ValidationError:
        return _refused("geleerd zou meer weten een zaak lager zetten", counts)
    counts["others"] = learned.told(counts["others"])
    if is_enough:
        return _tried(learned.weights, later, listed, look, groups, default, counts)
    return _tried_on_all(learned, later, listed, look, groups, default, counts)


def _too_little(
    listed: Any,
    n_decided: int,
    n_controls: int,
    groups: Mapping[str, Mapping[str, str]],
    shares: Sequence["Share"] | None,
) -> str | None:
    """Say in Dutch why there is too little to judge by; None when there is enough."""
    n_known = n_decided + sum(share.n_decided for share in shares or ())
    if n_known < FEWEST_DECIDED:
        return f"er zijn {FEWEST_DECIDED} besluiten nodig; het aantal is nu {n_known}"
    if shares is not None and n_decided < FEWEST_OWN:
        return f"er zijn {FEWEST_OWN} eigen besluiten nodig; het aantal is nu {n_decided}"
    if shares is not None and len(listed) < FEWEST_SIGNALS:
        return f"er zijn {FEWEST_SIGNALS} eigen signalen nodig; het aantal is nu {len(listed)}"
    if n_controls < FEWEST_CONTROLS:
        return f"er zijn {FEWEST_CONTROLS} besluiten over de steekproef nodig; het aantal is nu {n_controls}"
    if listed["coverage"].min() < LEAST_COVERAGE:
        return "over sommige soorten signalen is te weinig besloten; de besluiten zeggen dan vooral waar is gekeken"
    return None if groups else "er is geen bestand met groepen, dus of groepen gelijk blijven is niet te zien"


def look_at(n_decided: int) -> Look:
    """Return the last look that this many decisions allow: one at the fewest, and one at each doubling."""
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
    """Judge learned weights on the `later` cases, and compare groups on all cases that were `listed`."""
    counts |= {
        "moved": _moved(weights, default),
        "gain": concordance(later, weights) - concordance(later, default),
        "whole": band_of_all(later, weights),
        "bands": bands(later, weights),
    }
    is_better = counts["gain"] >= LEAST_GAIN
    if is_better:
        counts["interval"] = gain_interval(later, weights, default, counts["gain"], look.alpha)
        is_better = counts["interval"][0] > 0
    if not is_better:
        return _refused("zij ordenen latere gevallen niet aantoonbaar beter dan de vaste gewichten", counts)
    return _used_if_right(
        weights,
        listed,
        groups,
        default,
        counts,
        wrong_bands_nl="lage of hoge voorspellingen kloppen niet met wat later is gevonden",
        sentence_nl="Geleerde gewichten ordenen latere gevallen beter dan de vaste gewichten en mogen worden gebruikt; "
        "een mens beslist daarover.",
    )


def _used_if_right(
    weights: Weights,
    listed: Any,
    groups: Mapping[str, Mapping[str, str]],
    default: Weights,
    counts: dict[str, Any],
    *,
    wrong_bands_nl: str,
    sentence_nl: str,
) -> Judgement:
    """Let better weights be used, as `sentence_nl` says, when predictions are right and no group is worse off."""
    if not counts["whole"].is_right:
        return _refused("de voorspelling klopt niet met wat later is gevonden", counts)
    if not all(band.is_right for band in counts["bands"]):
        return _refused(wrong_bands_nl, counts)
    if worse := worse_off(listed, weights, default, groups):
        return _refused(f"een groep ({worse}) zou minder vaak bovenaan staan", counts)
    return Judgement(sentence_nl, weights, **counts)


def _tried_on_all(
    learned: "Learned",
    own_later: Any,
    listed: Any,
    look: Look,
    groups: Mapping[str, Mapping[str, str]],
    default: Weights,
    counts: dict[str, Any],
) -> Judgement:
    """Judge learned weights on the later cases of all municipalities, because the own ones are too few."""
    from scipy.stats import norm

    counts["moved"] = _moved(learned.weights, default)
    later = [*learned.later, (_exact(own_later, default), float(learned.weights.base) / POINTS_PER_LOG_ODDS)]
    sizes = np.array([part.n for part, _ in later])
    total = float(sizes.sum())
    if len(later) < FEWEST_MUNICIPALITIES or total < FEWEST_DECIDED:
        return _refused("er zijn te weinig latere besluiten van gemeenten", counts)
    new, old = additive(learned.weights).coefficients, additive(default).coefficients
    gains = np.array([log_gain(part, new, old) for part, _ in later])
    gain = float(gains.sum() / total)
    # Municipalities, not cases, are what was drawn: the error of a ratio (Cochran 1977).
    error = float(np.sqrt(np.sum((gains - gain * sizes) ** 2) * len(later) / (len(later) - 1)) / total)
    wide = float(norm.isf(look.alpha) * error)
    counts["others"] = replace(
        counts["others"], n_later=round(total), log_gain=gain, interval=(gain - wide, gain + wide)
    )
    counts["whole"], *counts["bands"] = _bands_of_pieces(later, learned)
    if gain < LEAST_LOG_GAIN or gain - wide <= 0:
        return _refused("zij voorspellen latere gevallen niet aantoonbaar beter dan de vaste gewichten", counts)
    return _used_if_right(
        learned.weights,
        listed,
        groups,
        default,
        counts,
        wrong_bands_nl="van sommige gegevens klopt de voorspelling niet met wat later is gevonden",
        sentence_nl="Gewichten uit besluiten van meer gemeenten voorspellen latere gevallen beter dan de vaste "
        "gewichten en mogen worden gebruikt; een mens beslist daarover.",
    )


def _bands_of_pieces(later: Sequence[tuple[Part, float]], learned: "Learned") -> list[Band]:
    """Compare prediction and outcome over all later cases, and for each piece that enough of them have.

    The interval is Wilson's, for the number of cases that would be equally uncertain.
    """
    found = predicted_and_found(later, additive(learned.weights).coefficients, learned.pooled.spread)
    bands = []
    for place, (predicted, hits, n, variance) in enumerate(zip(*(each.tolist() for each in found), strict=True)):
        if place == 0 or n >= FEWEST_IN_BAND:
            share, expected = min(max(hits / n, 0.0), 1.0), predicted / n
            bands.append(Band(expected, share, *wilson(share, n * n * expected * (1 - expected) / variance)))
    return bands


def _refused(why_nl: str, counts: dict[str, Any]) -> Judgement:
    return Judgement(f"De vaste gewichten blijven: {why_nl}.", None, **counts)


# ---- the model


def learned_from(cases: Any, default: Weights) -> Weights:
    """Learn base and points from decided cases; a piece keeps its default points unless the cases contradict them.

    The base follows the share of hits. Raises ValidationError when a configuration may not hold these points together.
    """
    against = np.array([is_against(piece) for piece in default.pieces], dtype=np.float64)
    found = learn(pieces_of(cases, default), hits_of(cases), numbers_of(cases), additive(default), against, _RIDGE)
    points = {
        piece: _points(log_odds) for piece, log_odds in zip(default.pieces, found.coefficients.tolist(), strict=True)
    }
    return Weights(base=_points(found.base), pieces=points)


def _exact(cases: Any, default: Weights) -> Part:
    """Return the own cases in the form in which municipalities are pooled."""
    return exact_part(pieces_of(cases, default), hits_of(cases), numbers_of(cases))


def bounds_of(weights: Weights) -> Bounds:
    """Return the bounds that a configuration sets to points."""
    pieces = list(weights.pieces)
    return Bounds(
        np.array([is_against(piece) for piece in pieces], dtype=np.float64),
        np.array([[float(piece in less) - float(piece in more) for piece in pieces] for less, more in SAYS_LESS]),
    )


@dataclass(frozen=True)
class Learned:
    """Weights learned from several municipalities, and the later cases of the others, each with its base."""

    weights: Weights
    pooled: Pooled
    later: list[tuple[Part, float]]
    left_out: tuple[str, ...]

    def told(self, others: Others) -> Others:
        """The same with what came of the pooling, in points."""
        return replace(
            others,
            left_out=(*others.left_out, *self.left_out),
            spread=POINTS_PER_LOG_ODDS * self.pooled.spread**0.5,
            base=POINTS_PER_LOG_ODDS * self.pooled.mean_base,
        )


def learned_with(cases: Any, listed: Any, default: Weights, shares: Sequence["Share"], *, with_later: bool) -> Learned:
    """Learn points from the own decided cases and the files of other municipalities, and the base from the own cases.

    `listed` are the signals that show which pieces go together. With `with_later` the later blocks of others are
    learned from too, because the own later cases suffice for the trial. Raises ValidationError like `learned_from`.
    """
    fixed = additive(Weights())
    reference = recombined(pieces_of(listed, default), [piece.partition(":")[0] for piece in default.pieces])
    split = [share.parts() for share in shares]
    blocks = [
        (at, block) for at, (earlier, later) in enumerate(split) for block in (*earlier, *(later if with_later else ()))
    ]
    own = _exact(cases, default)
    parts = [own, *(told_part(reference, block.table, fixed) for _, block in blocks)]
    found = pool(parts, additive(default), bounds_of(default), _RIDGE)
    used = {blocks[place - 1][0]: place for place in found.kept if place}
    base_of = {at: found.base_of(parts[place]) for at, place in used.items()}
    points = zip(default.pieces, found.coefficients.tolist(), strict=True)
    weights = Weights(base=_points(found.base_of(own)), pieces={piece: _points(log_odds) for piece, log_odds in points})
    later = [(told_part(reference, block.table, fixed), base) for at, base in base_of.items() for block in split[at][1]]
    left_out = tuple(share.name for at, share in enumerate(shares) if at not in used)
    left_out += () if 0 in found.kept else (OWN,)
    return Learned(weights, found, [] if with_later else later, left_out)


def _points(log_odds: float) -> Decimal:
    """Turn log-odds into points in tenths, as a list shows them, within the bounds of a configuration."""
    return Decimal(f"{min(max(POINTS_PER_LOG_ODDS * log_odds, -100.0), 100.0) + 0.0:.1f}")


def _moved(weights: Weights, default: Weights) -> tuple[tuple[str, float, float], ...]:
    return tuple(
        (piece, float(default.pieces[piece]), float(points))
        for piece, points in weights.pieces.items()
        if points != default.pieces[piece]
    )


# ---- challengers


def challengers(examples: Sequence[Example], default: Weights) -> dict[str, float]:
    """Measure how much better freer models order the later cases than the default: what the additive model may miss.

    They are shown and never used: trees in which more evidence for never moves a case down, and trees without limits.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score

    decided = frame_of(examples, default).query("is_decided").sort_values(["decided_on", "case_id"])
    cut = int(len(decided) * EARLIER_SHARE)
    earlier, later = decided.iloc[:cut], decided.iloc[cut:]
    if min(n_of_a_kind(earlier), n_of_a_kind(later)) < FEWEST_OF_A_KIND:
        return {}
    signs = [-1 if is_against(piece) else 1 for piece in default.pieces]
    models = {
        "monotone": HistGradientBoostingClassifier(
            monotonic_cst=signs, interaction_cst="no_interactions", max_iter=50, random_state=SEED
        ),
        "free": HistGradientBoostingClassifier(max_iter=50, random_state=SEED),
    }
    before = concordance(later, default)
    found = {}
    for name, model in models.items():
        model.fit(pieces_of(earlier, default), hits_of(earlier), sample_weight=numbers_of(earlier))
        chance = model.predict_proba(pieces_of(later, default))[:, 1]
        found[name] = float(roc_auc_score(hits_of(later), chance, sample_weight=numbers_of(later))) - before
    return found
