"""One simulated stretch of four municipalities: what truly happened, what reviewers with errors said, and the ledger.

The life of every family is drawn first: siblings leave together, are gone or still here together, and a reviewer mostly
says the same of all of them. Signs, lists, draws and decisions then go into a ledger through its public functions,
month by month, and the evaluation reads that ledger as it reads any other. What it should find is known: how often
reviewers with these errors say that a registration was wrong (not how often it was).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from math import ceil, log
from pathlib import Path
from random import Random
from typing import Any, Final

from brp_signals.base.statuses import NO_SIGN
from brp_signals.evaluation import figures
from brp_signals.evaluation.decided import LookedAt, looked_at, pairs_of_verdicts
from brp_signals.evaluation.intervals import Interval, Weighted, weighted_share, wilson
from brp_signals.evaluation.telling import Told, told_share
from brp_signals.state.ledger import Additions, Decision, DecisionPair, Ledger, Run, open_ledger

MONTHS: Final = 18
#: Children of compulsory age who leave in a month, per municipality, about; and how many of those are still here.
DEPARTURES: Final = {"0001": 4, "0002": 8, "0003": 15, "0004": 30}
WRONG: Final = {"0001": 0.20, "0002": 0.12, "0003": 0.08, "0004": 0.05}
#: How many children a family has that leaves.
SIBLINGS: Final = {1: 45, 2: 33, 3: 15, 4: 7}
#: How often a departure that was not what the register says shows a sign within some months; one that was, too.
SIGN_IF_WRONG, SIGN_IF_RIGHT = 0.65, 0.05
LEVEL_A: Final = {True: 0.7, False: 0.4}
RULES: Final = {True: {"L-01": 2, "L-02": 3, "L-03": 5}, False: {"L-01": 6, "L-02": 2, "L-03": 2}}
#: Reviewers see what is wrong so often, and what is right so often: a correction is an act, so few are made in error.
SEES_WRONG, SEES_RIGHT = 0.88, 0.985
#: How often what is said of a child is what is said of its family.
ALIKE: Final = 0.9
#: How many get an outcome at all: most of level A, fewer of level B, fewest of the draws.
ANSWERED: Final = {"A": 0.9, "B": 0.6, "draw": 0.7}
#: Half of the hits are known after so many days, and half of the others.
DAYS: Final = {True: (75, 0.5), False: (12, 0.8)}
#: Signals of which a second person decides as well, and how often that person did not look.
TWICE, NOT_LOOKED = 0.9, 0.3

HIT, FINE, NOBODY = "X-HERINGESCHREVEN", "X-VERTREK-OK", "X-NIET"


@dataclass
class Departure:
    """One departure: the truth, the sign it shows if ever, and what a reviewer will say who looks."""

    number: str
    family: str
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
    decides_on: date | None = None


@dataclass
class Year:
    """What it should be found to be, and what was found: by name an interval with the truth it should cover, before and
    after it was rounded for being told.
    """

    found: dict[str, tuple[Interval, float]] = field(default_factory=dict)
    told: dict[str, tuple[Interval, float]] = field(default_factory=dict)
    missed_error: float = 0.0
    """How much the missed share was estimated above what the reviewers would have said of everyone."""
    missed_bias: float = 0.0
    """How much what the reviewers would have said of everyone lies above the truth."""
    early_error: float = 0.0
    """How much too low the share that was right is when outcomes are counted before they are ripe."""


def simulate(seed: int, state: Path) -> Year:
    """Live it in `state`, evaluate it, and hold it against what is known."""
    chance = Random(seed)
    departures = list(_departures(chance))
    frames: list[list[Departure]] = []
    with open_ledger(state) as ledger:
        for month in range(MONTHS):
            frames += _live_a_month(ledger, chance, departures, month)
        known = ledger.evaluated()
        cases, pairs = looked_at(ledger), pairs_of_verdicts(known)
    return _compared(cases, figures.agreement(pairs), frames)


def _today(month: int) -> date:
    return date(2026, 1, 1) + timedelta(31 * month)


def _departures(chance: Random) -> Iterator[Departure]:
    """Those of these months and of the year before, family by family."""
    mean = sum(size * weight for size, weight in SIBLINGS.items()) / sum(SIBLINGS.values())
    for municipality, a_month in DEPARTURES.items():
        for month in range(-12, MONTHS):
            n_families = int(a_month / mean + chance.random())
            for place in range(n_families):
                yield from _family(chance, municipality, month, f"{municipality}-{month:+}-{place}")


def _family(chance: Random, municipality: str, month: int, family: str) -> Iterator[Departure]:
    """Children with one fate; who shows a sign does so when the others do."""
    is_wrong = chance.random() < WRONG[municipality]
    shows = chance.random() < (SIGN_IF_WRONG if is_wrong else SIGN_IF_RIGHT)
    sign_month = month + chance.randint(1, 4) if shows else None
    said, said_again = _say(chance, is_wrong), _say(chance, is_wrong)
    rules = RULES[is_wrong]
    for child in range(chance.choices(list(SIBLINGS), list(SIBLINGS.values()))[0]):
        yield Departure(
            number=f"{family}-{child}",
            family=family,
            municipality=municipality,
            month=month,
            is_wrong=is_wrong,
            sign_month=sign_month,
            level="A" if chance.random() < LEVEL_A[is_wrong] else "B",
            rule=chance.choices(list(rules), list(rules.values()))[0],
            said=said if chance.random() < ALIKE else _say(chance, is_wrong),
            said_again=said_again if chance.random() < ALIKE else _say(chance, is_wrong),
        )


def _say(chance: Random, is_wrong: bool) -> str:
    is_right = chance.random() < (SEES_WRONG if is_wrong else SEES_RIGHT)
    return HIT if is_wrong == is_right else FINE


def _live_a_month(ledger: Ledger, chance: Random, departures: Sequence[Departure], month: int) -> list[list[Departure]]:
    """Decide what is due, list and draw; returns what was drawn from, municipality by municipality, once it is ripe."""
    today = _today(month)
    _decide(ledger, chance, today, departures)
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
        draws += [(each.number, municipality, False, len(chosen), len(frame), NO_SIGN) for each in chosen]
        drawn += chosen
    for each in drawn:
        each.is_drawn = True
    for each in [*listed, *drawn]:
        # A sign makes a case of a draw: what counts from then on is when somebody looks at that.
        is_answered = chance.random() < ANSWERED[each.level if each.is_listed else "draw"]
        median, spread = DAYS[each.said == HIT]
        days = round(chance.lognormvariate(log(median), spread))
        each.decides_on = today + timedelta(days) if is_answered else None
    _record(ledger, month, today, listed, drawn, draws)
    is_ripe = (_today(MONTHS - 1) - today).days >= figures.RIPE_DAYS
    return list(frames.values()) if is_ripe else []


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
    new = {each.number: each for each in (*listed, *drawn)}
    unknown = [number for number in sorted(new) if not (new[number].is_listed and new[number].is_drawn)]
    ledger.record(
        run,
        Additions(
            cases=[(number, "departure") for number in unknown],
            aliases=[(f"person {number}", "20260101", number) for number in unknown],
            families=[(number, new[number].family) for number in unknown],
            states=[
                (each.number, "new", each.level, None, each.municipality, False, today, today, "", 12000, "L-03")
                for each in listed
            ],
            signs=[(each.number, each.rule, "verzuim", "1", today, False) for each in listed],
            draws=draws,
        ),
    )


def _decide(ledger: Ledger, chance: Random, today: date, departures: Sequence[Departure]) -> None:
    """Take in what was decided by today; of some signals a second person decides without having seen the first."""
    decisions, pairs = [], []
    for each in departures:
        if each.is_decided or each.decides_on is None or each.decides_on > today:
            continue
        each.is_decided = True
        day = each.decides_on
        decisions.append(Decision(each.number, each.said, "", day, day.isoformat(), "1" * 64))
        if each.is_listed and chance.random() < TWICE:
            again = NOBODY if chance.random() < NOT_LOOKED else each.said_again
            pairs.append(DecisionPair(each.number, "1" * 64, "2" * 64, each.said, again, day.isoformat()))
    ledger.add_pairs(pairs)
    ledger.add_decisions(decisions)


# ---- what should be found


def _is_of_level(level: str, case: LookedAt) -> bool:
    return case.level == level


def _rests_on(rule: str, case: LookedAt) -> bool:
    return rule in case.rule_codes


def _is_of_municipality(code: str, case: LookedAt) -> bool:
    return case.municipality_code == code


def _compared(cases: list[LookedAt], agreement: dict[str, Any], frames: Sequence[Sequence[Departure]]) -> Year:
    year, today = Year(), _today(MONTHS - 1)
    ripe = figures.ripe(cases, today)
    kept: dict[str, tuple[Callable[[LookedAt], bool], float]] = {"precision": (lambda case: True, _listed_said())}
    for level in "AB":
        kept[f"precision of level {level}"] = (partial(_is_of_level, level), _listed_said(level))
    for rule in RULES[True]:
        kept[f"precision of rule {rule}"] = (partial(_rests_on, rule), _listed_said(rule=rule))
    for code in DEPARTURES:
        kept[f"precision in municipality {code}"] = (partial(_is_of_municipality, code), _listed_said(code=code))
    for name, (is_in, truth) in kept.items():
        row = figures.row("", (case for case in ripe if is_in(case)))
        if row.n:
            _hold(year, name, wilson(row.hits / row.n, row.n / row.design), row.told, truth)
    every = figures.if_all_were_decided(ripe)
    _hold_estimate(year, "precision if all were decided", every, _listed_said(is_answered=False))
    if agreement["kappa"] is not None:
        year.told["kappa"] = ((agreement["low"], agreement["high"]), _kappa())
    people = [each for frame in frames for each in frame]
    would_say = sum(each.said == HIT for each in people) / len(people)
    estimate = weighted_share(figures.drawn(figures.ripe_drawn(cases, today, NO_SIGN), today))
    _hold_estimate(year, "missed share", estimate, would_say)
    year.missed_error = estimate.share - would_say if estimate else 0.0
    year.missed_bias = would_say - sum(each.is_wrong for each in people) / len(people)
    known = {case.case_id for case in ripe}
    early = figures.row("", (case for case in cases if case.case_id not in known))
    year.early_error = early.hits / early.n - _listed_said() if early.n else 0.0
    return year


def _hold_estimate(year: Year, name: str, found: Weighted | None, truth: float) -> None:
    if found:
        told = told_share(found.share * found.n_effective, found.n_effective)
        _hold(year, name, found.interval, told, truth)


def _hold(year: Year, name: str, found: Interval, told: Told, truth: float) -> None:
    year.found[name] = (found, truth)
    if told["low"] is not None:
        year.told[name] = ((told["low"], told["high"]), truth)


def _listed_said(level: str = "AB", rule: str = "", code: str = "", is_answered: bool = True) -> float:
    """How often reviewers say of a listed departure of this kind, that has an outcome, that it was wrong."""
    said = hits = 0.0
    for each in [code] if code else DEPARTURES:
        for is_wrong in (True, False):
            share = WRONG[each] * SIGN_IF_WRONG if is_wrong else (1 - WRONG[each]) * SIGN_IF_RIGHT
            rules = RULES[is_wrong]
            for one in level:
                of_level = LEVEL_A[is_wrong] if one == "A" else 1 - LEVEL_A[is_wrong]
                part = DEPARTURES[each] * share * of_level * (rules[rule] / sum(rules.values()) if rule else 1)
                part *= ANSWERED[one] if is_answered else 1
                said += part
                hits += part * (SEES_WRONG if is_wrong else 1 - SEES_RIGHT)
    return hits / said


def _kappa() -> float:
    """Cohen's kappa of two such reviewers about listed departures with an outcome."""
    says = _listed_said()
    wrong = (says - (1 - SEES_RIGHT)) / (SEES_WRONG - (1 - SEES_RIGHT))
    both = wrong * (SEES_WRONG**2 + (1 - SEES_WRONG) ** 2) + (1 - wrong) * (SEES_RIGHT**2 + (1 - SEES_RIGHT) ** 2)
    by_chance = says**2 + (1 - says) ** 2
    return (both - by_chance) / (1 - by_chance)
