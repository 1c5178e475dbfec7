"""Points from what several municipalities share: what they agree on is learned, who contradicts all is left out."""

import json
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from brp_signals.base.config import Weights, load_configuration
from brp_signals.cli import cases as commands
from brp_signals.evaluation import examples, learned
from brp_signals.evaluation.additive import Additive, learn
from brp_signals.evaluation.learned import Judgement, judge
from brp_signals.evaluation.pooling import (
    Bounds,
    Part,
    exact_part,
    expected_hits,
    log_gain,
    pool,
    raked,
    recombined,
    told_part,
)
from brp_signals.evaluation.sharing import Share
from brp_signals.evaluation.telling import told_count
from tests.evaluation.test_weights import nights  # noqa: F401 - a fixture
from tests.ledger.nights import Nights
from tests.simulation.pooling import CITY, Pool, groups_of, share_of, turned

pytestmark = pytest.mark.long

#: Three pieces for and one against.
FIXED = Additive(-1.0, np.array([1.0, 0.5, 2.0, -1.0]))
TRUE = Additive(-1.0, np.array([0.0, 2.0, 2.0, -1.0]))
BOUNDS = Bounds(np.array([0.0, 0.0, 0.0, 1.0]), np.zeros((0, 4)))
OFTEN = np.array([0.5, 0.4, 0.3, 0.3])


def cases(seed: int, n: int, true: Additive, differ: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    pieces = (chance.random((n, 4)) < OFTEN).astype(float)
    own = Additive(true.base + chance.normal(0, 0.5), true.coefficients + chance.normal(0, differ, 4))
    return pieces, (chance.random(n) < own.chance(pieces)).astype(float)


def exact(seed: int, n: int, true: Additive, differ: float = 0.0) -> Part:
    pieces, hits = cases(seed, n, true, differ)
    return exact_part(pieces, hits, np.ones(n))


def told(seed: int, n: int, true: Additive) -> Part:
    pieces, hits = cases(seed, n, true)
    rounded = np.vectorize(told_count)
    counts = [n, *pieces.sum(axis=0)], [hits.sum(), *(pieces.T @ hits)]
    decided, found = (rounded(np.array(each, dtype=int)) for each in counts)
    expected = rounded(np.round(expected_hits(pieces, FIXED, float(found[0]))).astype(int))
    reference = recombined(cases(999, 60, FIXED)[0], ["a", "b", "c", "d"])
    return told_part(reference, np.column_stack([decided, found, expected]).astype(float), FIXED)


def test_one_municipality_of_which_all_is_known_says_what_the_fit_says() -> None:
    pieces, hits = cases(1, 3000, TRUE)
    found = pool([exact_part(pieces, hits, np.ones(3000))], FIXED, BOUNDS, 1.0)
    same = learn(pieces, hits, np.ones(3000), FIXED, BOUNDS.is_against, 1.0)
    assert found.coefficients == pytest.approx(same.coefficients, abs=0.02)
    assert found.bases[0] == pytest.approx(same.base, abs=0.02)


def test_what_small_municipalities_tell_in_rounded_counts_is_learned() -> None:
    found = pool([told(seed, 40, TRUE) for seed in range(40)], FIXED, BOUNDS, 1.0)
    off = np.abs(found.coefficients - TRUE.coefficients)
    assert off[:2].max() < 0.5, "these two were off by 1 and 1.5"
    assert list(found.coefficients[2:]) == list(FIXED.coefficients[2:]), "these were right and stay"


def test_rounding_leans_to_no_side() -> None:
    """Of 80 towns so small that most counts are told as none or five, what is true already hardly moves."""
    found = pool([told(seed, 14, FIXED) for seed in range(80)], FIXED, BOUNDS, 1.0)
    assert np.abs(found.coefficients - FIXED.coefficients).max() < 0.4


def test_how_far_municipalities_differ_is_estimated() -> None:
    none, much = (
        pool([exact(seed, 150, FIXED, differ) for seed in range(40)], FIXED, BOUNDS, 1.0).spread for differ in (0, 0.8)
    )
    assert none < 0.05
    assert much == pytest.approx(0.64, abs=0.3)


def test_who_differs_counts_by_how_much_it_may_differ() -> None:
    """One large municipality with points of its own does not outweigh twenty others where all differ."""
    others = [exact(seed, 100, FIXED, 0.8) for seed in range(20)]
    large = exact(99, 4000, replace(FIXED, coefficients=np.array([2.0, 0.5, 2.0, -1.0])))
    found = pool([large, *others], FIXED, BOUNDS, 1.0)
    assert found.coefficients[0] < 1.5


def test_nonsense_is_left_out_and_a_base_far_off_is_not() -> None:
    sound = [told(seed, 60, TRUE) for seed in range(12)]
    pieces, hits = cases(50, 90, TRUE)
    nonsense = exact_part(pieces, 1 - hits, np.ones(90))
    far = exact(51, 90, replace(TRUE, base=-4.0))
    found = pool([*sound, nonsense, far], FIXED, BOUNDS, 1.0)
    assert [at for at in range(14) if at not in found.kept] == [12]


def test_the_base_of_few_decisions_is_drawn_to_what_others_have() -> None:
    found = pool([exact(seed, 90, FIXED) for seed in range(20)], FIXED, BOUNDS, 1.0)
    all_hits = exact_part(cases(1, 4, FIXED)[0], np.ones(4), np.ones(4))
    assert found.mean_base < found.base_of(all_hits) < found.mean_base + 2


def test_no_sum_rises_above_what_a_configuration_allows() -> None:
    """The second piece says less than the third; the decisions say otherwise."""
    ordered = replace(BOUNDS, never_above=np.array([[0.0, 1.0, -1.0, 0.0]]))
    true = Additive(-1.0, np.array([1.0, 3.0, 1.0, -1.0]))
    found = pool([exact(seed, 200, true) for seed in range(20)], FIXED, ordered, 1.0).coefficients
    assert found[1] <= found[2]
    assert found[1] > 1


def test_weights_of_patterns_have_the_counts_that_were_told() -> None:
    patterns, often = recombined(cases(1, 50, FIXED)[0], ["a", "b", "c", "d"])
    counts = np.array([40.0, 30, 5, 20, 10])
    weights = raked(patterns, often, counts)
    assert np.abs(patterns.T @ weights - counts).max() <= 2.5 + 0.1
    as_seen = patterns.T @ (often * 40 / often.sum())
    assert raked(patterns, often, as_seen) == pytest.approx(often * 40 / often.sum()), "nothing to move"


def test_pieces_of_a_family_stay_together() -> None:
    pieces = np.array([[1.0, 1, 0], [0, 0, 1], [0, 0, 0]])
    patterns, often = recombined(pieces, ["L", "L", "M"])
    assert {tuple(row[1:3]) for row in patterns} == {(0.0, 0.0), (1.0, 1.0)}
    assert (1.0, 1.0, 1.0, 1.0) in set(map(tuple, patterns)), "other families are put together anew"
    assert often.sum() == pytest.approx(1)


def test_gain_is_that_of_the_likelihood() -> None:
    """Counted by hand from the cases themselves, each with its best base; and rounding adds nothing."""
    from brp_signals.evaluation.additive import fit

    def best(points: Additive, pieces: np.ndarray, hits: np.ndarray) -> float:
        held = np.ones(4)
        return -fit(pieces, hits, np.ones(len(hits)), points, BOUNDS.is_against, 1.0, is_held=held).loss

    pieces, hits = cases(3, 400, TRUE)
    by_hand = best(TRUE, pieces, hits) - best(FIXED, pieces, hits)
    part = exact_part(pieces, hits, np.ones(400))
    assert log_gain(part, TRUE.coefficients, FIXED.coefficients) == pytest.approx(by_hand, rel=0.05)
    gains = [log_gain(told(seed, 40, FIXED), TRUE.coefficients, FIXED.coefficients) for seed in range(40)]
    assert np.mean(gains) < 0, "where the fixed points are right others do not seem better"


# ---- the judgement


@pytest.fixture(scope="module")
def made() -> Pool:
    return Pool.made(1, own=60, number=24)


@pytest.fixture(scope="module")
def shares(made: Pool) -> list[Share]:
    return made.shares


def judged(made: Pool, shares: Sequence[Share], n_controls: int = 60) -> Judgement:
    groups = groups_of(made.own, np.random.default_rng(1), 2)
    return judge(made.own, n_controls, groups, made.world.default, shares)


def test_a_town_is_judged_on_later_cases_of_all(made: Pool, shares: list[Share]) -> None:
    found = judged(made, shares)
    others = found.others
    assert others and others.n_files == len(shares)
    assert others.log_gain is not None and others.interval and others.n_later > learned.FEWEST_DECIDED
    assert found.whole and found.bands
    assert (found.weights is not None) == ("mogen worden gebruikt" in found.sentence_nl)


def test_without_files_nothing_is_other_than_before(made: Pool) -> None:
    assert judged(made, []) == judge(made.own, 60, {}, made.world.default)
    assert judged(made, []).sentence_nl.endswith("het aantal is nu 60.")


def test_the_same_refusals_hold(made: Pool, shares: list[Share]) -> None:
    assert "30 besluiten over de steekproef nodig" in judged(made, shares, n_controls=29).sentence_nl
    assert "geen bestand met groepen" in judge(made.own, 60, {}, made.world.default, shares).sentence_nl
    hidden = [replace(each, is_hit=None) if at > 15 else each for at, each in enumerate(made.own)]
    assert "te weinig besloten" in judged(replace(made, own=hidden), shares).sentence_nl
    assert "10 eigen besluiten nodig" in judged(replace(made, own=made.own[:9]), shares).sentence_nl
    assert "30 eigen signalen nodig" in judged(replace(made, own=made.own[:20]), shares).sentence_nl
    assert "te weinig latere besluiten" in judged(made, shares[:3]).sentence_nl


def test_who_decided_on_too_few_is_left_out_and_told(made: Pool, shares: list[Share]) -> None:
    half = [
        replace(each, is_hit=None) if at % 4 else each
        for at, each in enumerate(made.world.town(np.random.default_rng(3), CITY))
    ]
    few = share_of(half)
    others = judged(made, [*shares, few]).others
    assert others and few.name in others.left_out


def test_nonsense_is_told_as_left_out(made: Pool, shares: list[Share]) -> None:
    wrong = share_of(turned(made.world.town(np.random.default_rng(3), 4 * CITY, base=0.0)))
    found = made.pooled([*shares, wrong])
    assert wrong.name in found.left_out
    assert len(found.left_out) <= 2, "who means what it shares is left out seldom"


# ---- the commands


def test_what_is_pooled_is_told_in_the_form_of_the_configuration(
    nights: Nights,  # noqa: F811
    made: Pool,
    shares: list[Share],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    file = tmp_path / "other.json"
    file.write_text(shares[0].text())
    weights = made.pooled(shares).weights
    seen = []

    def judge_all(*given: object) -> Judgement:
        seen.append(given[-1])
        return Judgement("Mag.", weights)

    monkeypatch.setattr(learned, "judge", judge_all)
    commands.weights(state=nights.state, pool=[file], as_json=True)
    told_weights = json.loads(capsys.readouterr().out)["weights"]
    assert seen == [shares[:1]]
    lines = [f"base = {told_weights['base']}", "[weights.pieces]"]
    lines += [f'"{piece}" = {points}' for piece, points in told_weights["pieces"].items()]
    text = "[weights]\n" + "\n".join(lines) + "\n"
    assert tomllib.loads(text)
    (tmp_path / "published.toml").write_text(text)
    assert load_configuration(tmp_path / "published.toml").weights == Weights.model_validate(told_weights)


def test_evaluate_shares_when_there_is_enough(nights: Nights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    from brp_signals.base.errors import UsageProblem

    report, file = tmp_path / "e.html", tmp_path / "share.json"
    with pytest.raises(UsageProblem, match="nothing to share yet"):
        commands.evaluate(state=nights.state, report=report, share=file)
    with pytest.raises(UsageProblem, match="a code of four digits, beside --share"):
        commands.evaluate(state=nights.state, report=report, municipality="0363")
    made = Pool.made(2, own=30, number=0).own
    monkeypatch.setattr(examples, "examples_of", lambda _: made)
    commands.evaluate(state=nights.state, report=report, share=file, municipality="0363")
    assert json.loads(file.read_text())["municipality"] == "0363"
    with pytest.raises(UsageProblem, match="shared from this state folder"):
        commands.weights(state=nights.state, pool=[file])
