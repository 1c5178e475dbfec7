"""The figures, held against values from the literature or worked out by hand; and what may not be told."""

from dataclasses import replace
from datetime import date, timedelta
from math import inf

import pytest

from brp_signals.base.config import Evaluation
from brp_signals.base.outcomes import WAITING, Verdict
from brp_signals.base.rule_files import load_rules
from brp_signals.base.statuses import NO_SIGN, WEAK
from brp_signals.base.warehouse import resource
from brp_signals.evaluation import figures
from brp_signals.evaluation.decided import Decided, Draw, LookedAt, Pair
from brp_signals.evaluation.intervals import Drawn, design_effect, weighted_share, wilson
from brp_signals.evaluation.outcome_table import REST, barrier_table
from brp_signals.publish import wording

START = date(2026, 1, 5)
#: When what was listed or drawn on START is ripe.
LATER = START + timedelta(200)
RULES = {rule.code: rule for rule in load_rules(resource("sql") / "rules")}


def case(
    number: int,
    outcome: str = "",
    days: int = 10,
    rules: tuple[str, ...] = ("L-03",),
    level: str = "A",
    points: int = 10000,
    first: str = "",
    draw: Draw | None = None,
) -> LookedAt:
    """A signal of 5 January with its decision so many days later, or a drawn departure."""
    decided_on = START + timedelta(days)
    decisions = [Decided(first, START + timedelta(1))] if first else []
    decisions += [Decided(outcome, decided_on)] if outcome else []
    listed = None if draw else START
    return LookedAt(f"S-{number}", "departure", "0363", listed, level, points, rules, 1, draw, tuple(decisions))


def some(hits: int, others: int, **more: object) -> list[LookedAt]:
    """So many signals that were right, and that were not."""
    return [case(number, "X-DATUM", **more) for number in range(hits)] + [  # type: ignore[arg-type]
        case(number + hits, "X-VERTREK-OK", **more)  # type: ignore[arg-type]
        for number in range(others)
    ]


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_intervals(hits: int, n: int, low: float, high: float) -> None:
    assert wilson(hits / n, n) == pytest.approx((low, high), abs=5e-5)


def test_wilson_without_observations_knows_nothing_and_with_all_of_them_everything() -> None:
    assert (wilson(0, 0), wilson(0.25, inf)) == ((0.0, 1.0), (0.25, 0.25))


def draws(stratum: str, weight: float, hits: int, others: int, unanswered: int = 0) -> list[Drawn]:
    """Draws of children without siblings."""
    answers = [True] * hits + [False] * others + [None] * unanswered
    return [Drawn(stratum, f"{stratum} {at}", weight, answer) for at, answer in enumerate(answers)]


def test_each_municipality_has_a_share_of_its_own_and_weighs_what_was_drawn_from() -> None:
    found = weighted_share([*draws("large", 45, 1, 1), *draws("small", 5, 0, 2), *draws("silent", 25, 0, 0, 2)])
    assert found and found.share == pytest.approx(0.45), "one in which nobody answered counts as the others"
    even = weighted_share([each for number in range(4) for each in draws(str(number), 10, 1, 9)])
    assert even and (even.share, even.n_effective) == (pytest.approx(0.1), pytest.approx(40))
    # Where most of the weight lies on a share near a half, the sum varies more than one common share would.
    unequal = weighted_share([*draws("large", 90, 5, 5), *draws("small", 10, 0, 30)])
    common = 1 / ((900 / 1200) ** 2 / 10 + (300 / 1200) ** 2 / 30)
    assert unequal and unequal.n_effective < common
    nothing = weighted_share(draws("one", 10, 0, 40))
    assert nothing and nothing.interval == pytest.approx(wilson(0, 40))
    assert weighted_share(draws("one", 10, 0, 0, 3)) is None


def test_siblings_count_as_one() -> None:
    assert design_effect(["a", "b", "c"]) == 1
    assert design_effect(["a", "a", "b", "b"]) == 2
    assert design_effect(["a", "a", "b"]) == 1.75, "5 / 3, in quarters upwards"
    assert design_effect([]) == 1
    pairs = [replace(each, family=f"{at // 2}") for at, each in enumerate(draws("one", 10, 10, 30))]
    found = weighted_share(pairs)
    assert found and found.n_effective == pytest.approx(20)
    alone = figures.row("", some(20, 20))
    together = figures.row("", [replace(each, family=f"{at // 2}") for at, each in enumerate(some(20, 20))])
    assert (alone.design, together.design) == (1, 2)
    assert together.told["low"] < alone.told["low"] and together.told["high"] > alone.told["high"]


def test_what_was_found_after_a_sign_counts_for_those_that_got_one() -> None:
    # 10 got a sign and were all answered, 8 of them wrong; of the 90 others 30 were answered, 1 of them wrong.
    signed = [replace(each, got_a_sign=True, family=f"s {each.family}") for each in draws("one", 5, 8, 2)]
    found = weighted_share([*signed, *draws("one", 5, 1, 29, 60)])
    assert found and found.share == pytest.approx((10 * 0.8 + 90 / 30) / 100), "not 9 of 40"


def test_precision_by_group_and_what_is_no_outcome() -> None:
    cases = [
        *some(12, 8),
        *some(6, 14, rules=("L-01",), level="B"),
        case(90, "X-NIET"),
        case(91, "X-HEROPEND"),
        case(92),
    ]
    found = figures.precision(cases)
    assert (found["all"]["hits"], found["all"]["n"]) == (20, 40), "18 of 40"
    assert [(row["label"], row["hits"], row["n"]) for row in found["by_rule"]] == [("L-01", 5, 20), ("L-03", 10, 20)]
    assert [(row["label"], row["share"]) for row in found["by_level"]] == [("A", 0.5), ("B", None)]
    assert found["outcomes"] == {"hit": 20, "explained": 20, "not yet": 0, "not told": 0, "unhandled": 0}
    assert found["poor_rules"] == []


@pytest.mark.parametrize(
    ("hits", "others", "is_flagged"),
    # 4 of 30 is 13 %, and not below one in ten; 5 of 55 may well be one in five; 5 of 100 may not.
    [(1, 29, True), (0, 30, True), (4, 26, False), (5, 25, False), (5, 50, False), (5, 95, True), (0, 20, False)],
)
def test_a_rule_is_looked_at_again_when_it_is_clearly_poor(hits: int, others: int, is_flagged: bool) -> None:
    assert figures.precision(some(hits, others))["poor_rules"] == (["L-03"] if is_flagged else [])


def test_siblings_alone_make_no_rule_poor() -> None:
    one_family = [replace(each, family=f"{at // 6}") for at, each in enumerate(some(0, 30))]
    assert figures.precision(one_family)["poor_rules"] == [], "five families say little"


def test_a_table_from_which_a_count_follows_is_left_out() -> None:
    towns = [replace(each, municipality_code=f"{at % 4}") for at, each in enumerate(some(4, 4))]
    found = figures.untold(towns)
    assert found == {"by_municipality"}, "four of 0 to 2 that are 8 to 12 together are 2 each"
    told = figures.precision(towns, found)
    assert (told["by_municipality"], told["untold"]) == ([], ["by_municipality"])
    assert [row["n"] for row in told["by_level"]] == [10]


def test_only_ripe_outcomes_are_in_a_share() -> None:
    assert figures.ripe(some(1, 1), START + timedelta(119)) == []
    assert len(figures.ripe(some(1, 1), START + timedelta(120))) == 2
    assert figures.ripe(drawn(1, 1), LATER) == [], "a draw is no signal"
    found = [figures.ripe_drawn(drawn(1, 1), day, NO_SIGN) for day in (LATER, START)]
    assert (len(found[0]), found[1]) == (2, [])


def drawn(hits: int, others: int, unanswered: int = 0, stratum: str = NO_SIGN) -> list[LookedAt]:
    """A stratum of the control sample of one month, out of 200."""
    draw = Draw(1, START, hits + others + unanswered, 200, "0363", stratum)
    outcomes = ["X-DATUM"] * hits + ["X-VERTREK-OK"] * others + [""] * unanswered
    return [case(number, outcome, rules=(), draw=draw) for number, outcome in enumerate(outcomes)]


def test_what_is_missed_and_how_much_better_a_signal_is() -> None:
    found = figures.missed(drawn(16, 64, unanswered=20), LATER)
    assert (found["drawn"], found["answered"], found["share"]) == (100, 80, pytest.approx(15 / 80))
    assert found["low"] < 0.2 < found["high"]
    times = figures.lift(figures.precision(some(30, 20))["all"], found)
    assert times["times"] == pytest.approx(0.6 / (15 / 80))
    assert times["low"] and times["high"] and 1 < times["low"] < 4 < times["high"]
    nothing = figures.missed(drawn(0, 40), LATER)
    assert (nothing["share"], nothing["low"]) == (None, 0) and 0 < nothing["high"] < 0.14
    assert len({str(figures.missed(drawn(hits, 40 - hits), LATER)) for hits in (0, 1, 2)}) == 1
    assert figures.missed(drawn(1, 2), LATER)["high"] is None


def test_the_strata_of_the_sample_are_told_apart() -> None:
    both = [*drawn(10, 70), *drawn(40, 40, stratum=WEAK)]
    found = {each: figures.missed(figures.ripe_drawn(both, LATER, each), LATER)["share"] for each in (NO_SIGN, WEAK)}
    assert found == {NO_SIGN: pytest.approx(10 / 80), WEAK: pytest.approx(40 / 80)}, "not 50 of 160"


def test_what_is_missed_is_told_as_a_lower_bound() -> None:
    found = figures.missed(drawn(16, 64), LATER)
    by_sensitivity = {each["sensitivity"]: each["share"] for each in found["at_sensitivity"]}
    assert by_sensitivity[1.0] == found["share"]
    assert by_sensitivity[0.3] == pytest.approx(found["share"] / 0.3)
    assert all(each["high"] <= 1 for each in figures.missed(drawn(40, 40), LATER)["at_sensitivity"])


def test_a_sign_before_the_decision_takes_it_from_the_draw() -> None:
    listed = START + timedelta(20)
    decided = [Decided("X-DATUM", START + timedelta(40))]
    late = [
        replace(each, listed_on=listed, decisions=tuple(decided), case_id=f"late {at}")
        for at, each in enumerate(drawn(10, 0))
    ]
    found = figures.drawn(late, LATER)
    assert all(each.got_a_sign and each.is_hit for each in found)
    assert not any(each.is_hit for each in figures.drawn(late, START + timedelta(130))), "not ripe as a signal"
    before = [replace(each, listed_on=listed) for each in drawn(10, 0)]
    assert all(each.is_hit and not each.got_a_sign for each in figures.drawn(before, LATER))


def test_waiting_counts_as_long_as_it_has_lasted() -> None:
    cases = [case(number, "X-DATUM", days=10 * (number + 1)) for number in range(5)]
    cases += [case(5 + number) for number in range(5)]
    found = figures.days_until(cases, START + timedelta(100), [Verdict.WRONG_IN_REGISTER])
    assert (found["signals"], found["median"], found["nine_in_ten"]) == (10, 50, None)
    early = figures.days_until(cases, START + timedelta(25), [Verdict.WRONG_IN_REGISTER])
    assert early["median"] == 40, "who waits for 25 days says nothing of later ones"


def test_a_draw_that_was_decided_before_it_was_listed_waited_from_the_list_on() -> None:
    draw = Draw(1, START, 1, 10, "0363", NO_SIGN)
    both = [
        replace(each, draw=draw, listed_on=START + timedelta(20), case_id=f"both {at}")
        for at, each in enumerate(some(5, 0, first="X-HEROPEND", days=50))
    ]
    looked = [verdict for verdict in Verdict if verdict is not Verdict.NOT_LOOKED]
    assert figures.days_until(both, LATER, looked)["median"] == 30, "not 0, though somebody looked at the draw"


def test_kappa_of_the_textbook() -> None:
    # Cohen (1960): agreement by chance taken out; 20 + 15 of 50 agree, kappa 0.4.
    hit, fine = Verdict.WRONG_IN_REGISTER, Verdict.RIGHT_IN_REGISTER
    found = figures.agreement(pairs([(hit, hit, 20), (hit, fine, 5), (fine, hit, 10), (fine, fine, 15)]))
    assert found["kappa"] == pytest.approx(0.4)
    # The large-sample interval is 0.146 to 0.654; that the four counts are rounded makes it wider.
    assert 0.0 < found["low"] < 0.146 and 0.654 < found["high"] < 0.8
    assert figures.agreement(pairs([(hit, hit, 17)]))["kappa"] is None
    assert figures.agreement(pairs([(hit, hit, 30)]))["kappa"] is None, "nobody ever said otherwise"


def test_who_did_not_look_does_not_disagree() -> None:
    hit, fine, nobody = Verdict.WRONG_IN_REGISTER, Verdict.RIGHT_IN_REGISTER, Verdict.NOT_LOOKED
    both = [(hit, hit, 20), (hit, fine, 5), (fine, hit, 10), (fine, fine, 15)]
    found = figures.agreement(pairs([*both, (hit, nobody, 20), (Verdict.NOT_YET, fine, 5)]))
    assert found == {**figures.agreement(pairs(both)), "one_did_not_find": 25}


def test_only_two_people_can_agree() -> None:
    hit, fine = Verdict.WRONG_IN_REGISTER, Verdict.RIGHT_IN_REGISTER
    unknown = pairs([(hit, hit, 20), (hit, fine, 5), (fine, hit, 10), (fine, fine, 15)])
    named = [replace(pair, are_two_people=True) for pair in unknown[:12]]
    alone = [replace(pair, are_two_people=False) for pair in unknown]
    found = figures.agreement([*named, *unknown[12:], *alone])
    assert found == {**figures.agreement(unknown), "two_names": 10, "one_name": 50}


def pairs(counts: list[tuple[Verdict, Verdict, int]]) -> list[Pair]:
    """So many pairs of each kind, all of other families."""
    return [Pair(one, other, f"{one} {other} {at}") for one, other, number in counts for at in range(number)]


def test_the_score_in_bins_and_equal_scores_together() -> None:
    cases = [*some(6, 24, points=2000), *some(24, 6, points=13000)]
    found = figures.calibration(cases)
    assert [(row["hits"], row["n"]) for row in found] == [(5, 30), (25, 30)]
    assert [(row["label"], row["share"]) for row in found] == [("20", None), ("130", None)]
    assert figures.calibration(some(10, 10)) == []
    assert figures.calibration(some(30, 30)) == [], "one score says nothing of another"


def test_costs_go_from_lowest_to_highest_and_hide_few_inquiries() -> None:
    assumed = Evaluation(minutes_per_look=(30, 60), minutes_per_inquiry=(300, 600), euros_per_hour=(50, 100))
    found = figures.costs([*some(9, 10), case(99, "X-DATUM", first="X-HEROPEND")], assumed)
    assert (found["looks"], found["inquiries"], found["found"]) == (20, 0, 10)
    # 18 looks and no inquiry at 25 euros, 12 found, to 22 looks and 2 inquiries, 8 found.
    assert found["euros_per_found_child"] == [round(18 * 25 / 12), round((22 * 100 + 2 * 1000) / 8)]
    assert figures.costs(some(2, 10), assumed)["euros_per_found_child"] is None


def test_the_barrier_table_tells_ways_of_five_and_more() -> None:
    cases = [
        *some(9, 8),
        *[case(50 + n, "X-DATUM", first="X-HEROPEND") for n in range(6)],
        case(99, "X-GRENS"),
        case(98),
    ]
    rows = barrier_table(cases, RULES)
    told = [(row["signal"], row["done"], row["organisation"], row["outcome"], row["cases"]) for row in rows]
    report = "Verzuimmelding na vertrek (L-03)"
    looked, via = "Bekeken en nagevraagd", RULES["L-03"].organisation_nl
    inquiry = (wording.chosen_label("X-HEROPEND"), WAITING["X-HEROPEND"].organisation_nl)
    assert told == [
        (report, looked, via, "Datum of besluit gecorrigeerd", 10),
        (report, looked, via, "Vertrek klopt", 10),
        (report, *inquiry, "Datum of besluit gecorrigeerd", 5),
    ], "one way that is none to the nearest five is told with no other"
    assert barrier_table([case(1, "X-DATUM")], RULES) == []
    few = [case(1, "X-DATUM"), case(2, "X-GRENS"), case(3, "X-VERTREK-OK")]
    assert [(row["signal"], row["cases"]) for row in barrier_table(few, RULES)] == [(REST, 5)]


def test_handing_a_mended_case_on_is_no_step_before_it() -> None:
    cases = [case(number, "X-LEERPLICHT", first="X-HERINGESCHREVEN") for number in range(5)]
    (way,) = barrier_table(cases, RULES)
    assert (way["done"], way["outcome"]) == ("Bekeken en nagevraagd", "Weer ingeschreven, zelfde of ander adres hier")
