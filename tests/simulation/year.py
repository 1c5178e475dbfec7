"""One simulated year of four municipalities: what truly happened, what reviewers with errors said, and the ledger.

The life of every departure is drawn first. Signs, lists, draws and decisions then go into a ledger through its public
functions, month by month, and the evaluation reads that ledger as it reads any other. What it should find is known:
how often reviewers with these errors say that a registration was wrong (not how often it was).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil
from pathlib import Path
from random import Random
from typing import Any, Final

from brp_signals.evaluation import figures
from brp_signals.evaluation.decided import LookedAt, looked_at, pairs_of_verdicts
from brp_signals.evaluation.intervals import Interval, weighted_share, wilson
from brp_signals.ledger import Additions, Decision, DecisionPair, Ledger, Run, open_ledger

MONTHS: Final = 12
#: Departures a month of compulsory-age children, per municipality.
DEPARTURES: Final = {"0001": 4, "0002": 8, "0003": 15, "0004": 30}
#: A departure that was not what the register says, and how often it shows a sign within some months; one that was, too.
WRONG: Final = 0.08
SIGN_IF_WRONG, SIGN_IF_RIGHT = 0.65, 0.05
LEVEL_A: Final = {True: 0.7, False: 0.4}
RULES: Final = {True: {"L-01": 2, "L-02": 3, "L-03": 5}, False: {"L-01": 6, "L-02": 2, "L-03": 2}}
#: Reviewers see what is wrong so often, and what is right so often: a correction is an act, so few are made in error.
SEES_WRONG, SEES_RIGHT = 0.88, 0.985
#: How many of the signals and of the drawn departures get an outcome at all.
ANSWERED: Final = 0.8
#: Signals of which a second person decides as well.
TWICE: Final = 0.5

HIT, FINE = "X-HERINGESCHREVEN", "X-VERTREK-OK"


@dataclass
class Departure:
    """One departure: the truth, the sign it shows if ever, and what a reviewer will say who looks."""

    number: str
    municipality: str
    month: int
    is_wrong: bool
    sign_month: int | None
    level: str
    rule: str
    said: str
    said_again: str
    is_listed: bool = False
    is_drawn: bool = False
    is_decided: bool = False


@dataclass
class Year:
    """What a year should be found to be, and what was found: by name an interval with the truth it should cover."""

    found: dict[str, tuple[Interval, float]] = field(default_factory=dict)
    missed_error: float = 0.0
    """How much the missed share was estimated above what the reviewers would have said of everyone."""
    missed_bias: float = 0.0
    """How much what the reviewers would have said of everyone lies above the truth."""


def simulate(seed: int, state: Path) -> Year:
    """Live one year in `state`, evaluate it, and hold it against what is known."""
    chance = Random(seed)
    departures = list(_departures(chance))
    frames: list[list[Departure]] = []
    with open_ledger(state) as ledger:
        for month in range(MONTHS):
            frames += _live_a_month(ledger, chance, departures, month)
        cases, pairs = looked_at(ledger), pairs_of_verdicts(ledger.evaluated())
    return _compared(cases, figures.agreement(pairs), frames)


def _departures(chance: Random) -> Iterator[Departure]:
    """Those of the year and of the year before it."""
    for municipality, a_month in DEPARTURES.items():
        for month in range(-MONTHS, MONTHS):
            for place in range(a_month):
                is_wrong = chance.random() < WRONG
                shows = chance.random() < (SIGN_IF_WRONG if is_wrong else SIGN_IF_RIGHT)
                rules = RULES[is_wrong]
                yield Departure(
                    number=f"{municipality}-{month:+}-{place}",
                    municipality=municipality,
                    month=month,
                    is_wrong=is_wrong,
                    sign_month=month + chance.randint(1, 4) if shows else None,
                    level="A" if chance.random() < LEVEL_A[is_wrong] else "B",
                    rule=chance.choices(list(rules), list(rules.values()))[0],
                    said=_say(chance, is_wrong),
                    said_again=_say(chance, is_wrong),
                )


def _say(chance: Random, is_wrong: bool) -> str:
    is_right = chance.random() < (SEES_WRONG if is_wrong else SEES_RIGHT)
    return HIT if is_wrong == is_right else FINE


def _live_a_month(ledger: Ledger, chance: Random, departures: Sequence[Departure], month: int) -> list[list[Departure]]:
    """List, draw and decide; returns what was drawn from, municipality by municipality."""
    today = date(2026, 1, 1) + timedelta(31 * month)
    listed = [each for each in departures if _comes_onto_the_list(each, month)]
    for each in listed:
        each.is_listed = True
    frames: dict[str, list[Departure]] = defaultdict(list)
    for each in departures:
        if each.month < month and not (each.is_listed or each.is_drawn or each.is_decided):
            frames[each.municipality].append(each)
    n_listed = Counter(each.municipality for each in departures if each.is_listed and not each.is_decided)
    draws: list[tuple[Any, ...]] = []
    drawn: list[Departure] = []
    for municipality, frame in frames.items():
        chosen = chance.sample(frame, min(len(frame), max(2, ceil(0.05 * n_listed[municipality]))))
        draws += [(each.number, municipality, False, len(chosen), len(frame)) for each in chosen]
        drawn += chosen
    for each in drawn:
        each.is_drawn = True
    _record(ledger, month, today, listed, drawn, draws)
    _decide(ledger, chance, today, [*listed, *drawn])
    return list(frames.values())


def _comes_onto_the_list(each: Departure, month: int) -> bool:
    has_sign = each.sign_month is not None and each.sign_month <= month
    return has_sign and not each.is_listed and not each.is_decided


def _record(
    ledger: Ledger,
    month: int,
    today: date,
    listed: Sequence[Departure],
    drawn: Sequence[Departure],
    draws: Sequence[tuple[Any, ...]],
) -> None:
    run = Run(
        month + 1, f"run {month}", f"{today}", "0" * 64, today, tuple(DEPARTURES), "2026a", "", {}, {"persons": 1}
    )
    new = {each.number for each in (*listed, *drawn)}
    ledger.record(
        run,
        Additions(
            cases=[(number, "departure") for number in sorted(new)],
            aliases=[(f"person {number}", "20260101", number) for number in sorted(new)],
            states=[
                (each.number, "new", each.level, None, each.municipality, False, today, today, "", 12000)
                for each in listed
            ],
            signs=[(each.number, each.rule, "verzuim", "1", today, False) for each in listed],
            draws=draws,
        ),
    )


def _decide(ledger: Ledger, chance: Random, today: date, asked: Sequence[Departure]) -> None:
    """Most get an outcome some days later; of some signals a second person decides without having seen the first."""
    decisions, pairs = [], []
    for each in asked:
        if chance.random() >= ANSWERED:
            continue
        each.is_decided = True
        day = today + timedelta(chance.randint(0, 30))
        decisions.append(Decision(each.number, each.said, "", day, day.isoformat(), "1" * 64))
        if each.is_listed and chance.random() < TWICE:
            pairs.append(DecisionPair(each.number, "1" * 64, "2" * 64, each.said, each.said_again, day.isoformat()))
    ledger.add_pairs(pairs)
    ledger.add_decisions(decisions)


# ---- what should be found


def _compared(cases: list[LookedAt], agreement: dict[str, Any], frames: Sequence[Sequence[Departure]]) -> Year:
    year = Year()
    groups = {"precision": (lambda case: True, listed_said(lambda is_wrong: 1.0))}
    groups |= {
        f"precision of level {level}": (
            lambda case, level=level: case.level == level,
            listed_said(lambda is_wrong, level=level: LEVEL_A[is_wrong] if level == "A" else 1 - LEVEL_A[is_wrong]),
        )
        for level in "AB"
    }
    groups |= {
        f"precision of rule {rule}": (
            lambda case, rule=rule: rule in case.rule_codes,
            listed_said(lambda is_wrong, rule=rule: RULES[is_wrong][rule]),
        )
        for rule in RULES[True]
    }
    groups |= {
        f"precision in municipality {code}": (
            lambda case, code=code: case.municipality_code == code,
            listed_said(lambda is_wrong: 1.0),
        )
        for code in DEPARTURES
    }
    for name, (is_in, truth) in groups.items():
        hits, n = figures.hits_and_decided(case for case in cases if is_in(case))
        year.found[name] = (wilson(hits / n if n else 0.0, n), truth)
    if agreement["kappa"] is not None:
        year.found["kappa"] = ((agreement["low"], agreement["high"]), _kappa())
    people = [each for frame in frames for each in frame]
    would_say = sum(each.said == HIT for each in people) / len(people)
    estimate = weighted_share(figures.strata(cases))
    assert estimate
    year.found["missed share"] = ((estimate.low, estimate.high), would_say)
    year.missed_error = estimate.share - would_say
    year.missed_bias = would_say - sum(each.is_wrong for each in people) / len(people)
    return year


def listed_said(share: Any) -> float:
    """How often reviewers say of a listed departure that it was wrong; `share` is that of each kind in its group."""
    wrong = WRONG * SIGN_IF_WRONG * share(True)
    right = (1 - WRONG) * SIGN_IF_RIGHT * share(False)
    return float((wrong * SEES_WRONG + right * (1 - SEES_RIGHT)) / (wrong + right))


def _kappa() -> float:
    """Cohen's kappa of two such reviewers about listed departures."""
    wrong = WRONG * SIGN_IF_WRONG / (WRONG * SIGN_IF_WRONG + (1 - WRONG) * SIGN_IF_RIGHT)
    both = wrong * (SEES_WRONG**2 + (1 - SEES_WRONG) ** 2) + (1 - wrong) * (SEES_RIGHT**2 + (1 - SEES_RIGHT) ** 2)
    says = wrong * SEES_WRONG + (1 - wrong) * (1 - SEES_RIGHT)
    by_chance = says**2 + (1 - says) ** 2
    return (both - by_chance) / (1 - by_chance)
