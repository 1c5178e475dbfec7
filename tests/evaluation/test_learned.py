"""Learned weights are used only when every condition holds; else the default stays and one sentence says why."""

from dataclasses import replace

import numpy as np
import pytest

from brp_signals.config import Weights
from brp_signals.evaluation import learned
from brp_signals.evaluation.intervals import wilson
from brp_signals.evaluation.learned import Band, Example, Judgement, bands, concordance, fit, judge, weights_of
from tests.evaluation.histories import flatter_later, history, the_fresh_first
from tests.evaluation.model_card import PAGE, with_table

DEFAULT = Weights()
ENOUGH = 60


def groups(examples: list[Example]) -> dict[str, dict[str, str]]:
    """Two groups that have nothing to do with anything."""
    return {"schoolsoort": {each.case_id: str(int(each.case_id[2:]) % 2) for each in examples}}


def judged(examples: list[Example], n_controls: int = ENOUGH) -> Judgement:
    return judge(examples, n_controls, groups(examples), DEFAULT)


def test_accepted_on_a_large_unbiased_history() -> None:
    found = judged(history(3000, seed=1))
    assert found.weights
    assert found.weights.source > DEFAULT.source
    assert found.weights.freshness < DEFAULT.freshness
    assert found.interval and found.interval[0] > 0
    assert found.gain and found.gain > 0.01
    assert "mogen worden gebruikt; een mens beslist" in found.sentence_nl


def test_what_was_learned_keeps_its_room_and_changes_nothing_else() -> None:
    found = judged(history(3000, seed=1)).weights
    assert found
    assert found.source * found.most_sources + found.freshness == 50 < found.protective
    names = {"source", "freshness"}
    assert {k: v for k, v in found.model_dump().items() if k not in names} == {
        k: v for k, v in DEFAULT.model_dump().items() if k not in names
    }
    assert found.source == int(found.source) and found.source >= 0 <= found.freshness


def test_refused_on_a_small_sample() -> None:
    found = judged(history(299, seed=1))
    assert found.weights is None
    assert found.sentence_nl.startswith("De vaste gewichten blijven: er zijn ")
    assert found.sentence_nl.endswith(f"er zijn 300 besluiten nodig; het aantal is nu {found.n_decided}.")


def test_refused_without_decisions_about_the_control_sample() -> None:
    found = judged(history(3000, seed=1), n_controls=29)
    assert found.weights is None
    assert "30 besluiten over de steekproef nodig; het aantal is nu 29" in found.sentence_nl


def test_refused_on_biased_past_selection() -> None:
    """Staff looked at what stood on top; what was decided then says where they looked."""
    examples = history(6000, seed=1, looked=the_fresh_first)
    assert sum(each.is_hit is not None for each in examples) > 1000
    found = judged(examples)
    assert found.weights is None
    assert "waar is gekeken" in found.sentence_nl


def test_without_that_condition_it_would_have_been_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learned, "LEAST_COVERAGE", 0.0)
    assert judged(history(6000, seed=1, looked=the_fresh_first)).weights


def test_refused_when_it_is_not_better() -> None:
    """The truth is what the default says already."""
    examples = history(3000, seed=1, of_sources=1.5, of_freshness=1.0)
    found = judged(examples)
    assert found.weights is None
    assert found.interval and found.interval[0] <= 0
    assert "niet aantoonbaar beter" in found.sentence_nl


def test_refused_when_the_later_cases_are_others() -> None:
    """What was learned holds no longer: chances fell by half."""
    examples = history(4000, seed=1)
    late = sorted(each.decided_on for each in examples if each.decided_on)[2200]
    changed = [
        replace(each, is_hit=False) if each.is_hit and each.decided_on >= late and int(each.case_id[-1]) < 5 else each
        for each in examples
    ]
    assert "klopt niet met wat later" in judged(changed).sentence_nl


def test_refused_when_low_and_high_predictions_are_wrong_though_the_mean_is_right() -> None:
    found = judged(flatter_later(history(6000, seed=1)))
    assert found.interval and found.interval[0] > 0
    assert found.predicted and found.observed and abs(found.predicted - found.observed) < 0.03
    assert "lage of hoge voorspellingen kloppen niet" in found.sentence_nl
    lowest, *_, highest = found.bands
    assert lowest.predicted + 0.1 < lowest.low and highest.high + 0.1 < highest.predicted


def test_bands_counted_by_hand() -> None:
    predictions = np.array([0.1, 0.1, 0.2, 0.3, 0.5, 0.5, 0.7, 0.8, 0.9, 0.9])
    hits = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0])
    found = bands(predictions[::-1], hits[::-1], np.ones(10))
    assert [band.predicted for band in found] == pytest.approx([0.1, 0.25, 0.5, 0.75, 0.9])
    assert [band.observed for band in found] == [0.0, 0.5, 0.5, 1.0, 1.0]
    assert (found[1].low, found[1].high) == pytest.approx(wilson(0.5, 2))
    assert len(bands(np.full(10, 0.5), hits, np.ones(10))) == 1, "equal predictions stay together"
    weighed = bands(np.full(10, 0.5), hits, np.array([3.0] * 5 + [1.0] * 5))
    assert weighed[0].observed == pytest.approx(10 / 20)
    assert (weighed[0].low, weighed[0].high) == pytest.approx(wilson(0.5, 400 / 50))


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
    """One group has fresh signs of two sources: exactly what the learned weights put lower."""
    examples = history(3000, seed=1)
    by_sign = {
        each.case_id: "vers" if each.freshness > 0.75 and 0.5 < each.sources < 1 else "ander" for each in examples
    }
    found = judge(examples, ENOUGH, {"wijk": by_sign}, DEFAULT)
    assert found.weights is None
    assert "een groep (wijk) zou minder vaak bovenaan staan" in found.sentence_nl


def test_refused_without_groups() -> None:
    assert "geen bestand met groepen" in judge(history(3000, seed=1), ENOUGH, {}, DEFAULT).sentence_nl


def test_refused_when_everything_has_one_outcome() -> None:
    examples = [replace(each, is_hit=True) if each.is_hit is not None else each for each in history(1000, seed=1)]
    assert "te weinig gevallen van elke uitkomst" in judged(examples).sentence_nl


def test_the_same_history_in_another_order_gives_the_same() -> None:
    examples = history(1500, seed=4)
    assert judged(examples) == judged(examples[::-1])


@pytest.mark.parametrize("seed", range(3))
def test_no_coefficient_is_negative_though_the_truth_is(seed: int) -> None:
    examples = [each for each in history(2000, seed, of_sources=-3.0) if each.is_hit is not None]
    parts, hits = learned._parts(examples), learned._hits(examples)
    _, coefficients = fit(parts, hits, np.ones(len(examples)))
    assert coefficients.min() >= 0
    assert coefficients[2] == 0


def test_the_fit_finds_what_was_put_in_and_counts_by_weight() -> None:
    examples = [each for each in history(6000, seed=2) if each.is_hit is not None]
    parts, hits = learned._parts(examples), learned._hits(examples)
    intercept, coefficients = fit(parts, hits, np.ones(len(examples)))
    assert [intercept, *coefficients] == pytest.approx([-2.6, 0.8, 0.5, 4.0, 0.2], abs=0.3)
    doubled = fit(np.vstack([parts, parts]), np.append(hits, hits), np.full(2 * len(hits), 0.5))
    assert doubled[1] == pytest.approx(coefficients, abs=1e-6)


def test_when_neither_tells_there_are_no_weights() -> None:
    assert weights_of(np.array([1.0, 1.0, 0.0, 0.0]), DEFAULT) is None


def test_concordance_counted_by_hand() -> None:
    hits, same = np.array([1.0, 0.0, 1.0, 0.0]), np.ones(4)
    assert concordance(np.array([4.0, 3.0, 2.0, 1.0]), hits, same) == 0.75
    assert concordance(np.array([1.0, 1.0, 1.0, 1.0]), hits, same) == 0.5
    assert concordance(np.array([4.0, 3.0, 2.0, 1.0]), hits, np.array([1.0, 0.0, 1.0, 1.0])) == 1.0


def test_the_model_card_is_up_to_date() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == with_table(text), "Run `make docs`."


def test_the_model_card_tells_the_conditions_as_they_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for number in (learned.FEWEST_DECIDED, learned.FEWEST_CONTROLS, learned.FEWEST_IN_GROUP):
        assert f" {number} " in text
    assert f" {learned.BANDS} bands" in text
    for share in (learned.LEAST_COVERAGE, learned.EARLIER_SHARE, learned.MOST_MISCALIBRATED, learned.LEAST_RATIO):
        assert f"{share:.0%}" in text
