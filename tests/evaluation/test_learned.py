"""Learned weights are used only when every condition holds; else the default stays and one sentence says why."""

import random
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from brp_signals.base.config import Weights, is_against
from brp_signals.evaluation import learned, measures
from brp_signals.evaluation.additive import Additive, additive, fit, learn
from brp_signals.evaluation.examples import Example, frame_of, hits_of, pieces_of
from brp_signals.evaluation.intervals import wilson
from brp_signals.evaluation.learned import Judgement, judge, learned_from, look_at
from brp_signals.evaluation.measures import Band, bands
from tests.evaluation.histories import FIXED, NOTHING, OTHER, flatter_later, history, the_strong_first

pytestmark = pytest.mark.long

ENOUGH = 60
CITY = 105
"""Signals of which some ninety are decided: what one city keeps."""


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough for a standard error that decides nothing here."""
    monkeypatch.setattr(measures, "_RESAMPLES", 60)


def groups(examples: list[Example]) -> dict[str, dict[str, str]]:
    """Two groups that have nothing to do with anything."""
    return {"schoolsoort": {each.case_id: str(int(each.case_id[2:]) % 2) for each in examples}}


def judged(examples: list[Example], n_controls: int = ENOUGH) -> Judgement:
    return judge(examples, n_controls, groups(examples), FIXED)


def decided(examples: list[Example]) -> Any:
    return frame_of(examples, FIXED).query("is_decided")


def test_accepted_on_a_large_unbiased_history() -> None:
    found = judged(history(2000, seed=1))
    assert found.weights
    for piece in ("L-03", "L-04", "C-01"):
        learned_points, true, fixed = (each.pieces[piece] for each in (found.weights, OTHER, FIXED))
        assert abs(learned_points - true) < abs(learned_points - fixed), piece
    assert found.interval and found.interval[0] > 0
    assert found.gain and found.gain > learned.LEAST_GAIN
    assert "mogen worden gebruikt; een mens beslist" in found.sentence_nl


def test_what_one_city_keeps_can_be_enough() -> None:
    """Of towns where the fixed weights are far off some are told so by ninety or twice ninety decisions."""
    found = [judged(history(2 * CITY, seed)) for seed in range(8)]
    assert {each.n_judged for each in found} == {2 * learned.FEWEST_DECIDED}
    assert sum(each.weights is not None for each in found) >= 2


def test_what_is_judged_is_what_orders_the_list() -> None:
    """Gain and predictions follow from the weights that come out, and from nothing else."""
    examples = history(2000, seed=1)
    found = judged(examples)
    assert found.weights
    cases = decided(examples).sort_values(["decided_on", "case_id"]).head(found.n_judged)
    later = cases[cases["decided_on"] >= cases["decided_on"].iloc[int(len(cases) * learned.EARLIER_SHARE)]]
    gain = measures.concordance(later, found.weights) - measures.concordance(later, FIXED)
    assert (found.gain, found.whole, found.bands) == (
        gain,
        measures.band_of_all(later, found.weights),
        bands(later, found.weights),
    )


@pytest.mark.parametrize("seed", range(3))
def test_no_coefficient_is_negative_though_the_truth_is(seed: int) -> None:
    """Nor is one of what speaks against positive."""
    turned = OTHER.model_copy(update={"pieces": {piece: -points for piece, points in OTHER.pieces.items()}})
    weights = learned_from(decided(history(1000, seed, truth=turned)), FIXED)
    for piece, points in weights.pieces.items():
        assert points <= 0 if is_against(piece) else points >= 0, piece
    assert Weights.model_validate(weights.model_dump()) == weights


def test_refused_when_what_is_learned_may_not_be_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Weights:
        return Weights.model_validate({"pieces": {"C-01": 1}})

    monkeypatch.setattr(learned, "learned_from", refuse)
    assert "meer weten een zaak lager zetten" in judged(history(2 * CITY, seed=1)).sentence_nl


def test_a_piece_that_nobody_saw_keeps_its_points() -> None:
    default = FIXED.model_copy(update={"pieces": {**FIXED.pieces, "M-02": FIXED.pieces["L-01"]}})
    assert learned_from(decided(history(2000, seed=1)), default).pieces["M-02"] == default.pieces["M-02"]


def test_on_what_one_city_keeps_points_hardly_move_where_the_default_is_right() -> None:
    """At 95 % a piece in twenty moves by chance."""
    present = {piece for piece, points in FIXED.pieces.items() if points}
    found = []
    for seed in range(20):
        with suppress(ValidationError):  # such points are refused
            found.append(learned_from(decided(history(CITY, seed, truth=FIXED)), FIXED))
    assert len(found) >= 18
    moved = sum(len(learned._moved(each, FIXED)) for each in found)
    assert moved <= 0.08 * len(present) * len(found)


@pytest.mark.parametrize("seed", range(2))
def test_on_what_one_city_keeps_no_points_move_but_for_what_their_interval_allows(seed: int) -> None:
    """Where the default lies in the interval of a piece, drawn from the cases again and again, it stays."""
    from scipy.stats import bootstrap

    cases = decided(history(CITY, seed))
    pieces, hits, prior = pieces_of(cases, FIXED), hits_of(cases), additive(FIXED)
    against = np.array([float(is_against(piece)) for piece in FIXED.pieces])

    def coefficients(drawn: Any) -> Any:
        return fit(pieces[drawn], hits[drawn], np.ones(len(drawn)), prior, against, learned._RIDGE).coefficients

    found = bootstrap(
        (np.arange(len(hits)),),
        coefficients,
        vectorized=False,
        n_resamples=200,
        method="percentile",
        confidence_level=0.95,
        rng=np.random.default_rng(1),
    ).confidence_interval
    wide = found.high - found.low
    for piece, before, after in learned._moved(learned_from(cases, FIXED), FIXED):
        at = list(FIXED.pieces).index(piece)
        assert abs(after - before) / 10 <= wide[at] or not found.low[at] <= before / 10 <= found.high[at], piece


def test_few_decisions_move_little_and_many_decide() -> None:
    def off(signals: int) -> float:
        weights = [learned_from(decided(history(signals, seed)), FIXED) for seed in range(4)]
        return float(np.mean([abs(each.pieces["L-03"] - OTHER.pieces["L-03"]) for each in weights]))

    few, some, many = off(60), off(400), off(3000)
    assert few > some > many


def test_a_piece_leaves_its_prior_when_the_likelihood_says_so() -> None:
    """Of forty cases with the piece and forty without, counted by hand: 30 and 20 hits contradict a prior of none."""
    pieces = np.repeat([[1.0], [0.0]], 40, axis=0)
    nothing = Additive(0.0, np.zeros(1))
    for hits_with, is_moved in ((30, True), (24, False)):
        hits = np.concatenate([np.arange(40) < hits_with, np.arange(40) < 20]).astype(float)
        found = learn(pieces, hits, np.ones(80), nothing, np.zeros(1), 0.0)
        assert bool(found.coefficients[0] > 0) is is_moved
        if is_moved:
            assert found.coefficients[0] == pytest.approx(np.log(3), abs=0.01)
        else:
            assert found.base == pytest.approx(np.log(44 / 36), abs=0.01)


def test_the_fit_finds_what_was_put_in_and_counts_by_weight() -> None:
    cases = decided(history(6000, seed=2))
    pieces, hits = pieces_of(cases, FIXED), hits_of(cases)
    against = np.array([float(is_against(piece)) for piece in FIXED.pieces])
    prior, true = additive(FIXED), additive(OTHER)
    found = fit(pieces, hits, np.ones(len(hits)), prior, against, 1.0)
    assert [found.base, *found.coefficients] == pytest.approx([true.base, *true.coefficients], abs=0.5)
    doubled = fit(np.vstack([pieces, pieces]), np.append(hits, hits), np.full(2 * len(hits), 0.5), prior, against, 1.0)
    assert doubled.coefficients == pytest.approx(found.coefficients, abs=1e-2)


def test_refused_on_a_small_sample() -> None:
    found = judged(history(90, seed=1))
    assert found.weights is None
    assert found.sentence_nl.startswith("De vaste gewichten blijven: er zijn ")
    few = learned.FEWEST_DECIDED
    assert found.sentence_nl.endswith(f"er zijn {few} besluiten nodig; het aantal is nu {found.n_decided}.")


def test_refused_without_decisions_about_the_control_sample() -> None:
    found = judged(history(2000, seed=1), n_controls=29)
    assert found.weights is None
    assert "30 besluiten over de steekproef nodig; het aantal is nu 29" in found.sentence_nl


def test_refused_on_biased_past_selection() -> None:
    """Staff looked at what stood on top; what was decided then says where they looked."""
    examples = history(3000, seed=1, looked=the_strong_first)
    assert sum(each.is_hit is not None for each in examples) > 1000
    found = judged(examples)
    assert found.weights is None
    assert "waar is gekeken" in found.sentence_nl


def test_without_that_condition_it_would_have_seemed_better(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learned, "LEAST_COVERAGE", 0.0)
    found = judged(history(3000, seed=1, looked=the_strong_first))
    assert found.gain and found.gain > learned.LEAST_GAIN


def test_refused_when_it_is_not_better() -> None:
    """The truth is what the default says already."""
    found = judged(history(2000, seed=1, truth=FIXED))
    assert found.weights is None
    assert found.gain is not None and found.gain < learned.LEAST_GAIN
    assert "niet aantoonbaar beter" in found.sentence_nl


@pytest.mark.parametrize("truth", [FIXED, NOTHING], ids=["what the fixed weights say", "nothing that is weighed"])
def test_over_all_looks_hardly_any_history_is_let_through_by_chance(truth: Weights) -> None:
    """At every moment of three years somebody may ask; at most one history in twenty says yes at any of them."""
    sizes = [CITY * 2**place for place in range(3)]
    found = []
    for seed in range(12):
        examples = history(sizes[-1], seed, truth=truth)
        found.append(any(judged(examples[:size]).weights for size in sizes))
    assert sum(found) <= 1


def test_a_look_comes_when_decisions_have_doubled_and_all_looks_together_spend_what_there_is() -> None:
    few = learned.FEWEST_DECIDED
    assert [look_at(n).n_judged for n in (few, 2 * few - 1, 2 * few, 5 * few)] == [few, few, 2 * few, 4 * few]
    spent = [look_at(few * 2**place).alpha for place in range(20)]
    assert sum(spent) <= learned.MOST_BY_CHANCE
    assert all(later == earlier / 2 for earlier, later in pairwise(spent))


def test_asking_oftener_is_no_other_look() -> None:
    """Decisions that come after a look change nothing of it until the next one."""
    examples = [each for each in history(400, seed=3) if each.is_hit is not None]
    few = learned.FEWEST_DECIDED
    found = {judged(examples[:n]).gain for n in (few, few + 1, 2 * few - 1)}
    assert len(found) == 1


def test_refused_when_the_later_cases_are_others() -> None:
    """What was learned holds no longer: chances fell by half."""
    examples = history(850, seed=1)
    late = sorted(each.decided_on for each in examples if each.decided_on)[435]
    changed = [
        replace(each, is_hit=False)
        if each.is_hit and each.decided_on and each.decided_on >= late and int(each.case_id[-1]) < 5
        else each
        for each in examples
    ]
    assert "klopt niet met wat later" in judged(changed).sentence_nl


def test_refused_when_low_and_high_predictions_are_wrong_though_the_mean_is_right() -> None:
    found = judged(flatter_later(history(3300, seed=1)))
    assert found.interval and found.interval[0] > 0
    assert found.whole and abs(found.whole.predicted - found.whole.observed) < 0.05
    assert "lage of hoge voorspellingen kloppen niet" in found.sentence_nl
    lowest, *_, highest = found.bands
    assert lowest.predicted < lowest.low and highest.high < highest.predicted


def cases_of(pieces: list[str], hits: list[bool], coverage: list[float]) -> Any:
    made = [Example(str(at), "A", frozenset({piece}), None, hit) for at, (piece, hit) in enumerate(zip(pieces, hits))]  # noqa: B905
    return frame_of(made, FIXED).assign(coverage=coverage)


def test_bands_counted_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "FEWEST_IN_BAND", 2)
    pieces = [piece for piece in ("C-01", "L-06", "L-01", "M-01", "L-02") for _ in range(2)]
    hits = [False, False, True, False, False, True, True, True, True, True]
    found = bands(cases_of(pieces[::-1], hits[::-1], [1.0] * 10), FIXED)
    chance = [1 / (1 + np.exp(-float(FIXED.base + FIXED.pieces[piece]) / 10)) for piece in pieces[::2]]
    assert [band.predicted for band in found] == pytest.approx(chance)
    assert [band.observed for band in found] == [0.0, 0.5, 0.5, 1.0, 1.0]
    assert (found[1].low, found[1].high) == pytest.approx(wilson(0.5, 2))
    same = bands(cases_of(["L-01"] * 10, hits, [0.25] * 5 + [0.5] * 5), FIXED)
    assert len(same) == 1, "equal predictions stay together"
    assert same[0].observed == pytest.approx((4 + 2 * 5) / 30)
    assert (same[0].low, same[0].high) == pytest.approx(wilson(14 / 30, 30**2 / (5 * 16 + 5 * 4)))


def test_few_cases_make_few_bands() -> None:
    later = decided(history(80, seed=1))
    assert len(bands(later, FIXED)) == len(later) // measures.FEWEST_IN_BAND < measures.BANDS


@pytest.mark.parametrize(
    ("band", "is_right"),
    [
        (Band(0.5, 0.3, 0.1, 0.5), True),
        (Band(0.5, 0.3, 0.1, 0.49), False),
        (Band(0.5, 0.7, 0.51, 0.9), False),
        (Band(0.5, 0.59, 0.55, 0.63), True),
    ],
)
def test_a_band_is_right_but_for_chance_or_little(band: Band, is_right: bool) -> None:
    assert band.is_right is is_right


def test_refused_when_a_group_would_fall_back() -> None:
    """One group has tests and nothing that tells more: exactly what the learned weights put lower."""
    examples = history(2000, seed=1)
    by_sign = {
        each.case_id: "toets" if "L-04" in each.pieces and "L-03" not in each.pieces else "ander" for each in examples
    }
    found = judge(examples, ENOUGH, {"wijk": by_sign}, FIXED)
    assert found.weights is None
    assert "een groep (wijk) zou minder vaak bovenaan staan" in found.sentence_nl


@pytest.mark.parametrize("n_groups", [2, 10, 20])
def test_groups_that_mean_nothing_hardly_ever_refuse(n_groups: int) -> None:
    """However many there are: at most one run in ten."""
    chance, refused, runs = random.Random(n_groups), 0, 0
    for seed in range(4):
        examples = history(CITY * 8, seed)
        listed = frame_of(examples, FIXED)
        weights = learned_from(decided(examples), FIXED)
        for _ in range(15):
            made_up = {each.case_id: str(chance.randrange(n_groups)) for each in examples}
            refused += measures.worse_off(listed, weights, FIXED, {"wijk": made_up}) is not None
            runs += 1
    assert refused <= 0.1 * runs


def test_refused_without_groups() -> None:
    assert "geen bestand met groepen" in judge(history(2000, seed=1), ENOUGH, {}, FIXED).sentence_nl


def test_refused_when_everything_has_one_outcome() -> None:
    examples = [replace(each, is_hit=True) if each.is_hit is not None else each for each in history(1000, seed=1)]
    assert "te weinig gevallen van elke uitkomst" in judged(examples).sentence_nl


def test_without_a_signal_there_is_nothing_to_judge() -> None:
    assert "het aantal is nu 0" in judge([], 0, {}, FIXED).sentence_nl


def test_the_same_history_in_another_order_gives_the_same() -> None:
    examples = history(900, seed=4)
    assert judged(examples) == judged(examples[::-1])


def test_challengers_find_what_there_is_to_find_and_nothing_where_there_is_nothing() -> None:
    found = learned.challengers(history(3000, seed=1), FIXED)
    assert set(found) == {"monotone", "free"}
    assert min(found.values()) > learned.LEAST_GAIN
    assert max(learned.challengers(history(3000, seed=1, truth=FIXED), FIXED).values()) < learned.LEAST_GAIN
    assert learned.challengers(history(10, seed=1), FIXED) == {}
