"""The figures of an evaluation, as plain numbers that may be published; docs/evaluation.md says what each means."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import ceil, sqrt
from typing import Any, Final

from brp_signals.base.config import Evaluation
from brp_signals.base.outcomes import Verdict
from brp_signals.evaluation.decided import FOUND, LookedAt, Pair
from brp_signals.evaluation.intervals import Drawn, Weighted, Z, design_effect, weighted_share
from brp_signals.evaluation.telling import BASE, ROUNDING, Page, Row, Told, left_out, told_count, told_share

#: Below so many decided signals the page says that it is too early to judge.
FEWEST_DECIDED: Final = 30
#: A rule is named for review (G-22) when a smaller share than this of at least so many decided signals was right,
#: unless its true share may well be `FAIR_RULE_SHARE`.
POOR_RULE_SHARE, POOR_RULE_DECIDED = 0.10, 30
FAIR_RULE_SHARE: Final = 0.20
#: What was listed or drawn more recently is in no share: that a registration was right shows within days, that it was
#: wrong after an inquiry of months, so that early outcomes say too seldom that a signal was right.
RIPE_DAYS: Final = 120
#: The share of wrong registrations that a person finds who looks without a sign. It is unknown, so it is taken from all
#: to three in ten.
SENSITIVITIES: Final = (1.0, 0.7, 0.5, 0.3)
_FEWEST_PAIRS: Final = 20
_MOST_BINS, _FEWEST_IN_BIN = 5, 20

Tables = Mapping[str, Sequence[Row]]


# ---- how right the lists are


def ripe(cases: Iterable[LookedAt], today: date) -> list[LookedAt]:
    """The signals that came onto the list long enough ago for their outcome to be known."""
    return [case for case in cases if case.is_signal and _is_old(case.listed_on, today)]


def ripe_drawn(cases: Iterable[LookedAt], today: date, stratum: str) -> list[LookedAt]:
    """The departures of a stratum that were drawn long enough ago. Strata are never mixed: a draw represents others of
    its own stratum, and more departures with a weak sign may be wrong.
    """
    return [case for case in drawn_from(cases, stratum) if case.draw and _is_old(case.draw.drawn_on, today)]


def drawn_from(cases: Iterable[LookedAt], stratum: str) -> list[LookedAt]:
    """The departures that were drawn from a stratum of the control sample."""
    return [case for case in cases if case.draw and case.draw.stratum == stratum]


def _is_old(since: date | None, today: date) -> bool:
    return since is not None and (today - since).days >= RIPE_DAYS


def row(label: str, cases: Iterable[LookedAt]) -> Row:
    """Count how many of these signals were right, and on how many people said whether they were."""
    found = [case for case in cases if case.is_signal and case.is_hit is not None]
    return Row(label, sum(case.is_hit is True for case in found), len(found), design_effect(map(family, found)))


def family(case: LookedAt) -> str:
    """The family that a case is counted with; a case without a known family is counted alone."""
    return case.family or case.case_id


def tables(cases: Sequence[LookedAt]) -> dict[str, list[Row]]:
    """How often signals were right: by level, rule (context apart), municipality and score."""
    rules = sorted({code for case in cases for code in case.rule_codes})
    return {
        "by_level": _rows(cases, lambda case: case.level),
        "by_rule": [row(code, (case for case in cases if code in case.rule_codes)) for code in rules],
        "by_municipality": _rows(cases, lambda case: case.municipality_code),
        "score": _by_score(cases),
    }


def _rows(cases: Iterable[LookedAt], key: Callable[[LookedAt], str]) -> list[Row]:
    groups: dict[str, list[LookedAt]] = defaultdict(list)
    for case in cases:
        if case.is_signal:
            groups[key(case)].append(case)
    return [row(label, group) for label, group in sorted(groups.items())]


def precision(cases: Sequence[LookedAt], untold: Collection[str] = ()) -> dict[str, Any]:
    """The share of decided signals that was right: in all, by level, by rule and by municipality.

    `untold` are tables from which a count would follow.
    """
    told = {name: [each.told for each in rows] for name, rows in tables(cases).items() if name not in untold}
    return {
        "all": row("samen", cases).told,
        "if_all_were_decided": _rounded_share(if_all_were_decided(cases)),
        **{name: told.get(name, []) for name in ("by_level", "by_rule", "by_municipality")},
        "untold": sorted(untold),
        "poor_rules": [each["label"] for each in told.get("by_rule", []) if _is_poor(each)],
        "outcomes": {verdict.value: told_count(number) for verdict, number in _outcomes(cases).items()},
    }


def if_all_were_decided(cases: Iterable[LookedAt]) -> Weighted | None:
    """The share that would be right if every signal had an outcome: those without one count as the others of their
    level and rule, so that it does not matter which of these were looked at first.

    How many there are of each level and rule is chance too, so it is worth no more for being split.
    """
    found = weighted_share(
        [
            Drawn(f"{case.level} {' '.join(case.rule_codes[:1])}", family(case), 1, case.is_hit)
            for case in cases
            if case.is_signal
        ]
    )
    return replace(found, n_effective=found.n_common) if found else None


def _outcomes(cases: Sequence[LookedAt]) -> dict[Verdict, int]:
    """Count the signals by outcome."""
    counts = Counter(case.verdict for case in cases if case.is_signal)
    return {verdict: counts[verdict] for verdict in Verdict}


def _is_poor(told: Told) -> bool:
    """Whether a rule must be reviewed (G-22). The answer follows from published numbers, so it gives nothing further
    away.
    """
    return bool(
        told["n"] >= POOR_RULE_DECIDED and told["hits"] < POOR_RULE_SHARE * told["n"] and told["high"] < FAIR_RULE_SHARE
    )


def untold(cases: Sequence[LookedAt], parts: Tables | None = None, signals: int | None = None) -> set[str]:
    """Return the tables that may not be published, since an exact count would follow from them and the other tables:
    those of `cases`, and `parts`, in which each case is in exactly one row. `signals` is the number of all signals, old
    enough or not.
    """
    return left_out({**tables(cases), **(parts or {})}, lambda told: _page(cases, told, signals))


def _page(cases: Sequence[LookedAt], told: Tables, signals: int | None) -> Page:
    page, of_all = Page(), row("", cases)
    counts = {verdict: page.count(number) for verdict, number in _outcomes(cases).items()}
    hits, n = counts[Verdict.WRONG_IN_REGISTER], page.count(of_all.n)
    page.hold({hits: 1, counts[Verdict.RIGHT_IN_REGISTER]: 1, n: -1}, 0)
    if signals is not None:
        unripe = signals - len(cases)
        page.hold({**dict.fromkeys(counts.values(), 1), page.count(unripe): 1, page.count(signals): -1}, 0)
    for name, rows in told.items():
        page.parts(name, rows, hits, n, is_whole=name != "score", overlaps=name == "by_rule")
    return page


# ---- what they miss


def drawn(cases: Iterable[LookedAt], today: date) -> list[Drawn]:
    """Return one stratum of the control sample as draws, by municipality. An outcome that people found after a draw
    came onto the list is not an outcome of the draw. It counts for the draws that came onto the list, once they are old
    enough.
    """
    return [
        Drawn(
            stratum=case.draw.municipality_code,
            family=family(case),
            weight=case.draw.weight,
            is_hit=case.is_hit if not case.got_a_sign or _is_old(case.listed_on, today) else None,
            got_a_sign=case.got_a_sign,
        )
        for case in cases
        if case.draw
    ]


def missed(cases: Sequence[LookedAt], today: date) -> dict[str, Any]:
    """The share of departures without a sign, or too weak to ask about, that turned out wrong, estimated from the draws
    of that one stratum of the control sample.

    `at_sensitivity` says what that share would be if those who looked found only so much of what is wrong.
    """
    found = drawn(cases, today)
    answered = [each for each in found if each.is_hit is not None]
    told = _rounded_share(weighted_share(found))
    return {
        "drawn": told_count(len(found)),
        "answered": told_count(len(answered)),
        **told,
        "at_sensitivity": [{"sensitivity": each, **_at_sensitivity(told, each)} for each in SENSITIVITIES],
    }


def _rounded_share(estimate: Weighted | None) -> Told:
    """Publish the estimate as the number of hits among the number of simple draws that it is worth."""
    told = told_share(estimate.share * estimate.n_effective, estimate.n_effective) if estimate else told_share(0, 0)
    return {name: told[name] for name in ("share", "low", "high")}


def _at_sensitivity(told: Told, sensitivity: float) -> Told:
    return {name: None if share is None else min(1.0, share / sensitivity) for name, share in told.items()}


def lift(right: Told, missed_share: Told) -> dict[str, float | None]:
    """How many times as often a signal is right as a departure drawn by chance is wrong, with bounds.

    The bounds divide the ends of both intervals, so they are wide; None where nothing can be said.
    """
    share, low, high = (right[name] for name in ("share", "low", "high"))
    chance, least, most = (missed_share[name] for name in ("share", "low", "high"))
    return {
        "times": share / chance if share is not None and chance else None,
        "low": low / most if low is not None and most else None,
        "high": high / least if high is not None and least else None,
    }


# ---- time, agreement, score, costs


def days_until(cases: Sequence[LookedAt], today: date, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Days from the list to the first decision that is one of `verdicts`: the median and the 90th percentile.

    A signal that still waits counts for as long as it has waited (Kaplan and Meier 1958). A number is None when too few
    signals have been decided on to know it.
    """
    found = waits(cases, today, verdicts)
    told = len(found) >= BASE
    return {
        "signals": told_count(len(found)),
        "median": by_then(found, 0.5) if told else None,
        "nine_in_ten": by_then(found, 0.9) if told else None,
    }


def waits(cases: Iterable[LookedAt], today: date, verdicts: Sequence[Verdict]) -> list[tuple[int, bool]]:
    """The days that each signal waited, and whether its wait is over."""
    return [_wait(case, today, verdicts) for case in cases if case.is_signal]


def _wait(case: LookedAt, today: date, verdicts: Sequence[Verdict]) -> tuple[int, bool]:
    """How long a signal waited, and whether its wait is over; a decision about its draw from before it was listed ends
    no wait.
    """
    start = case.listed_on or today
    days = [
        (each.decided_on - start).days
        for each in case.decisions
        if each.verdict in verdicts and (case.draw is None or each.decided_on >= start)
    ]
    return (max(0, min(days)), True) if days else (max(0, (today - start).days), False)


def by_then(waits: Sequence[tuple[int, bool]], share: float) -> int | None:
    """The first day by which an estimated `share` of the signals has been decided on."""
    import numpy as np
    from scipy.stats import CensoredData, ecdf

    over, left = ([days for days, is_over in waits if is_over is which] for which in (True, False))
    if not over:
        return None
    by_day = ecdf(CensoredData(uncensored=over, right=left)).cdf
    reached = by_day.quantiles[by_day.probabilities >= share - 1e-12]
    return int(np.min(reached)) if len(reached) else None


def agreement(pairs: Sequence[Pair]) -> dict[str, Any]:
    """How far two people agree on the cases in which both found something: Cohen's kappa (1960) with its interval.

    Pairs under one name or role are left out, since nobody knows whether two people decided. It is made of the four
    rounded counts of what each said, so it gives nothing further away.
    """
    from sklearn.metrics import cohen_kappa_score

    apart = [pair for pair in pairs if pair.are_two_people is not False]
    both = [pair for pair in apart if pair.both_found]
    counts = Counter((pair.one, pair.other) for pair in both)
    cells = [(one, other, told_count(counts[one, other])) for one in FOUND for other in FOUND]
    n = sum(number for *_, number in cells)
    same = sum(number for one, other, number in cells if one is other)
    told: dict[str, Any] = {
        "pairs": n,
        "two_names": told_count(sum(pair.are_two_people is True for pair in both)),
        "one_name": told_count(len(pairs) - len(apart)),
        "one_did_not_find": told_count(len(apart) - len(both)),
    }
    if n < _FEWEST_PAIRS or same in (0, n):
        return {**told, "agreed": None, "kappa": None, "low": None, "high": None}
    kappa = float(
        cohen_kappa_score(
            [one.value for one, *_ in cells],
            [other.value for _, other, _ in cells],
            sample_weight=[number for *_, number in cells],
        )
    )
    design = design_effect(pair.family for pair in both)
    agreed, by_chance = same / n, _by_chance(cells, n)
    spread = agreed * (1 - agreed) * design / n + ROUNDING * (1 + agreed**2) / n**2
    half = Z * sqrt(spread) / (1 - by_chance)
    return {
        **told,
        "agreed": told_share(same, n, design),
        "kappa": kappa,
        "low": max(-1.0, kappa - half),
        "high": min(1.0, kappa + half),
    }


def _by_chance(cells: Sequence[tuple[Verdict, Verdict, int]], n: int) -> float:
    """How often two people would agree by chance, if each gave the same answers as often as now."""
    return sum(
        sum(number for one, _, number in cells if one is verdict)
        * sum(number for _, other, number in cells if other is verdict)
        for verdict in FOUND
    ) / (n * n)


def calibration(cases: Sequence[LookedAt], untold: Collection[str] = ()) -> list[Told]:
    """The share that was right by score, in bins of about as many decided signals, from the lowest score up."""
    return [] if "score" in untold else [each.told for each in _by_score(cases)]


def _by_score(cases: Sequence[LookedAt]) -> list[Row]:
    decided = sorted(
        (case for case in cases if case.is_signal and case.is_hit is not None and case.points is not None),
        key=lambda case: (case.points or 0, case.case_id),
    )
    n_bins = min(_MOST_BINS, len(decided) // _FEWEST_IN_BIN)
    if n_bins < 2:
        return []
    size = ceil(len(decided) / n_bins)
    bins: list[list[LookedAt]] = []
    for case in decided:
        # Equal scores stay together; otherwise chance would choose the bin of each.
        if not bins or (len(bins[-1]) >= size and bins[-1][-1].points != case.points):
            bins.append([])
        bins[-1].append(case)
    return [row(_scores(each), each) for each in bins] if len(bins) > 1 else []


def _scores(decided: Sequence[LookedAt]) -> str:
    """The lowest and the highest score of these signals, in whole points."""
    low, high = (round((case.points or 0) / 100) for case in (decided[0], decided[-1]))
    return f"{low}" if low == high else f"{low}–{high}"


def costs(cases: Sequence[LookedAt], assumed: Evaluation) -> dict[str, Any]:
    """The cost in euros of the work for each child with a mended registration, under the lowest and the highest
    assumption.

    Signals alone count: the control sample is the price of knowing what the lists miss. None when few were found. The
    bounds hold for every exact count that is rounded to the published one.
    """
    signals = [case for case in cases if case.is_signal]
    looks = told_count(sum(any(each.verdict is not Verdict.NOT_LOOKED for each in case.decisions) for case in signals))
    inquiries = told_count(sum(any(each.outcome_code == "X-HEROPEND" for each in case.decisions) for case in signals))
    hits = told_share(*_hits_and_n(signals))["hits"]
    told: dict[str, Any] = {
        "looks": looks,
        "inquiries": inquiries,
        "found": hits,
        "assumed": assumed.model_dump(mode="json"),
    }
    if not hits:
        return {**told, "euros_per_found_child": None}
    off = BASE // 2
    spent = [
        (
            max(0, looks + sign * off) * assumed.minutes_per_look[end]
            + max(0, inquiries + sign * off) * assumed.minutes_per_inquiry[end]
        )
        / 60
        * assumed.euros_per_hour[end]
        / (hits - sign * off)
        for end, sign in ((0, -1), (1, 1))
    ]
    return {**told, "euros_per_found_child": [round(each) for each in spent]}


def _hits_and_n(cases: Iterable[LookedAt]) -> tuple[int, int]:
    counted = row("", cases)
    return counted.hits, counted.n
