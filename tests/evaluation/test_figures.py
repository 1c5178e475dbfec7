"""The figures, held against values from the literature or worked out by hand; and what may not be told."""

from datetime import date, timedelta
from math import inf

import pytest

from brp_signals.config import Evaluation
from brp_signals.evaluation import figures
from brp_signals.evaluation.barriers import REST, barrier_table
from brp_signals.evaluation.decided import Decided, Draw, LookedAt, Verdict
from brp_signals.evaluation.intervals import Stratum, told_parts, told_share, weighted_share, wilson
from brp_signals.rule_files import load_rules
from brp_signals.warehouse import resource

START = date(2026, 1, 5)
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


def test_draws_weigh_as_many_as_they_were_drawn_from() -> None:
    found = weighted_share([Stratum(90, 2, 1), Stratum(10, 2, 0), Stratum(50, 0, 0)])
    assert found
    assert found.share == pytest.approx(0.45)
    assert found.n_effective == pytest.approx(1 / (0.81 * (88 / 90) / 2 + 0.01 * (8 / 10) / 2))
    even = weighted_share([Stratum(10**9, 5, 1)] * 4)
    assert even and even.n_effective == pytest.approx(20)
    assert weighted_share([Stratum(3, 3, 1)]) == weighted_share([Stratum(3, 3, 1)])
    whole = weighted_share([Stratum(3, 3, 1)])
    assert whole and (whole.low, whole.high) == (whole.share, whole.share)
    assert weighted_share([Stratum(3, 0, 0)]) is None


@pytest.mark.parametrize(
    ("hits", "n", "told"),
    [
        (2, 4, ("<5", None, None)),
        (0, 0, (0, None, None)),
        (0, 9, (9, 0, 0.0)),
        (3, 20, (20, "<5", None)),
        (18, 20, (20, ">15", None)),
        (5, 20, (20, 5, 0.25)),
    ],
)
def test_small_counts_are_not_told(hits: int, n: int, told: tuple[object, ...]) -> None:
    found = told_share(hits, n)
    assert (found["n"], found["hits"], found["share"]) == told


def test_bounds_of_a_small_count_are_the_same_for_every_small_count() -> None:
    assert len({str(told_share(hits, 20)) for hits in (1, 2, 3, 4)}) == 1
    assert len({str(told_share(20 - hits, 20)) for hits in (1, 2, 3, 4)}) == 1
    for n in range(5, 30):
        for hits in range(n + 1):
            told, (low, high) = told_share(hits, n), wilson(hits / n, n)
            assert told["low"] <= low and high <= told["high"]


def test_one_hidden_row_takes_another_with_it() -> None:
    rows = told_parts([("A", 30, 60), ("B", 2, 40), ("C", 10, 20)])
    assert [(row["label"], row["hits"]) for row in rows] == [("A", 30), ("B", "<5"), ("C", None)]
    assert rows[2]["n"] is None


def test_precision_by_group_and_what_is_no_outcome() -> None:
    cases = [
        *some(12, 8),
        *some(6, 14, rules=("L-01",), level="B"),
        case(90, "X-NIET"),
        case(91, "X-HEROPEND"),
        case(92),
    ]
    found = figures.precision(cases)
    assert (found["all"]["hits"], found["all"]["n"]) == (18, 40)
    assert [(row["label"], row["hits"], row["n"]) for row in found["by_rule"]] == [("L-01", 6, 20), ("L-03", 12, 20)]
    assert [(row["label"], row["share"]) for row in found["by_level"]] == [("A", 0.6), ("B", 0.3)]
    assert found["outcomes"] == {"hit": 18, "explained": 22, "not yet": "<5", "not told": 0, "unhandled": "<5"}
    assert found["poor_rules"] == []
    assert figures.precision(some(1, 29))["poor_rules"] == ["L-03"]
    assert figures.precision(some(5, 25))["poor_rules"] == []


def drawn(hits: int, others: int, unanswered: int = 0) -> list[LookedAt]:
    """A control sample of one month, out of 200."""
    draw = Draw(1, START, hits + others + unanswered, 200)
    outcomes = ["X-DATUM"] * hits + ["X-VERTREK-OK"] * others + [""] * unanswered
    return [case(number, outcome, rules=(), draw=draw) for number, outcome in enumerate(outcomes)]


def test_what_is_missed_and_how_much_better_a_signal_is() -> None:
    found = figures.missed(drawn(6, 34, unanswered=10))
    assert (found["drawn"], found["answered"], found["hits"], found["share"]) == (50, 40, 6, 0.15)
    assert found["low"] < 0.15 < found["high"]
    times = figures.lift(figures.precision(some(30, 20))["all"], found)
    assert times["times"] == pytest.approx(4)
    assert times["low"] and times["high"] and 1 < times["low"] < 4 < times["high"]
    nothing = figures.missed(drawn(0, 40))
    assert (nothing["share"], nothing["low"]) == (0, 0) and 0 < nothing["high"] < 0.1
    assert len({str(figures.missed(drawn(hits, 40 - hits))) for hits in (1, 2, 3, 4)}) == 1
    assert figures.missed(drawn(1, 2))["high"] is None


def test_waiting_counts_as_long_as_it_has_lasted() -> None:
    cases = [case(number, "X-DATUM", days=10 * (number + 1)) for number in range(5)]
    cases += [case(5 + number) for number in range(5)]
    found = figures.days_until(cases, START + timedelta(100), [Verdict.WRONG_IN_REGISTER])
    assert (found["signals"], found["median"], found["nine_in_ten"]) == (10, 50, None)
    early = figures.days_until(cases, START + timedelta(25), [Verdict.WRONG_IN_REGISTER])
    assert early["median"] == 40, "who waits for 25 days says nothing of later ones"


def test_kappa_of_the_textbook() -> None:
    # Cohen (1960): agreement by chance taken out; 20 + 15 of 50 agree, kappa 0.4.
    hit, fine = Verdict.WRONG_IN_REGISTER, Verdict.RIGHT_IN_REGISTER
    found = figures.agreement([(hit, hit)] * 20 + [(hit, fine)] * 5 + [(fine, hit)] * 10 + [(fine, fine)] * 15)
    assert found["kappa"] == pytest.approx(0.4)
    assert (found["low"], found["high"]) == pytest.approx((0.146, 0.654), abs=0.001)
    assert figures.agreement([(hit, hit)] * 19)["kappa"] is None
    assert figures.agreement([(hit, hit)] * 30)["kappa"] is None, "nobody ever said otherwise"


def test_the_score_in_bins_and_equal_scores_together() -> None:
    cases = [*some(6, 24, points=2000), *some(24, 6, points=13000)]
    found = figures.calibration(cases)
    assert [(row["label"], row["share"]) for row in found] == [("20–20", 0.2), ("130–130", 0.8)]
    assert figures.calibration(some(10, 10)) == []


def test_costs_go_from_lowest_to_highest_and_hide_few_inquiries() -> None:
    assumed = Evaluation(minutes_per_look=(30, 60), minutes_per_inquiry=(300, 600), euros_per_hour=(50, 100))
    found = figures.costs([*some(9, 10), case(99, "X-DATUM", first="X-HEROPEND")], assumed)
    assert (found["looks"], found["inquiries"], found["found"]) == (20, "<5", 10)
    assert found["euros_per_found_child"] == [75, 600]
    assert figures.costs(some(4, 10), assumed)["euros_per_found_child"] is None


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
    assert told == [
        (report, looked, via, "Datum of besluit gecorrigeerd", 9),
        (report, looked, via, "Vertrek klopt", 8),
        (REST, "", "", "", 7),
    ], "the six with an inquiry are told with the one that may not be"
    assert barrier_table([case(1, "X-DATUM")], RULES)[0]["cases"] == "<5"
