"""The figures of an evaluation, as plain numbers that may be told; docs/evaluation.md says what each means."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from math import ceil, sqrt
from typing import Any, Final

from brp_signals.config import Evaluation
from brp_signals.evaluation.decided import FOUND, LookedAt, Verdict
from brp_signals.evaluation.intervals import (
    SMALLEST_TOLD,
    Stratum,
    Told,
    Weighted,
    Z,
    is_small,
    told_count,
    told_parts,
    told_roughly,
    told_share,
    weighted_share,
    wilson,
)

#: Below so many decided signals the page says that it is too early to judge.
FEWEST_DECIDED: Final = 30
#: A rule of which less than this share of so many decided signals was right is named for review (G-22).
POOR_RULE_SHARE, POOR_RULE_DECIDED = 0.10, 30
_FEWEST_PAIRS: Final = 20
_MOST_BINS, _FEWEST_IN_BIN = 5, 20


# ---- how right the lists are


def hits_and_decided(cases: Iterable[LookedAt]) -> tuple[int, int]:
    """How many signals were right, of how many on which people said whether they were."""
    found = [case.is_hit for case in cases if case.is_signal and case.is_hit is not None]
    return sum(found), len(found)


def precision(cases: Sequence[LookedAt]) -> dict[str, Any]:
    """The share of decided signals that was right: in all, by level, by rule and by municipality."""
    by_rule = {code for case in cases for code in case.rule_codes}
    rules = [(code, *hits_and_decided(case for case in cases if code in case.rule_codes)) for code in sorted(by_rule)]
    return {
        "all": told_share(*hits_and_decided(cases)),
        "by_level": told_parts(_parts(cases, lambda case: case.level)),
        "by_rule": told_parts(rules),
        "by_municipality": told_parts(_parts(cases, lambda case: case.municipality_code)),
        "poor_rules": [code for code, hits, n in rules if _is_poor(hits, n)],
        "outcomes": _outcomes(cases),
    }


def _outcomes(cases: Sequence[LookedAt]) -> dict[str, int | str | None]:
    """How many signals came to what. With few hits the others are not told (None), nor the other way round: together
    they are the signals with an outcome, which are told.
    """
    counts = {verdict: sum(case.is_signal and case.verdict is verdict for case in cases) for verdict in Verdict}
    is_withheld = any(is_small(counts[verdict]) for verdict in FOUND)
    return {
        verdict.value: None if is_withheld and verdict in FOUND and not is_small(number) else told_count(number)
        for verdict, number in counts.items()
    }


def _is_poor(hits: int, n: int) -> bool:
    """Whether a rule is to be looked at again (G-22); a count that may not be told counts as 1, whatever it is."""
    return n >= POOR_RULE_DECIDED and (1 if is_small(hits) else hits) < POOR_RULE_SHARE * n


def _parts(cases: Sequence[LookedAt], key: Callable[[LookedAt], str]) -> list[tuple[str, int, int]]:
    groups: dict[str, list[LookedAt]] = defaultdict(list)
    for case in cases:
        if case.is_signal:
            groups[key(case)].append(case)
    return [(label, *hits_and_decided(group)) for label, group in sorted(groups.items())]


# ---- what they miss


def strata(cases: Iterable[LookedAt]) -> list[Stratum]:
    """The control sample by draw: one municipality, one month."""
    groups: dict[tuple[str, int], list[LookedAt]] = defaultdict(list)
    for case in cases:
        if case.draw:
            groups[case.draw.municipality_code, case.draw.run_no].append(case)
    return [
        Stratum(
            n_frame=max(case.draw.n_frame for case in group if case.draw),
            answered=sum(case.is_hit is not None for case in group),
            hits=sum(case.is_hit is True for case in group),
        )
        for _, group in sorted(groups.items())
    ]


def missed(cases: Sequence[LookedAt]) -> dict[str, Any]:
    """The share of departures without a sign that turned out wrong, estimated from the control sample."""
    drawn = [case for case in cases if case.draw]
    found = strata(cases)
    answered, hits = sum(each.answered for each in found), sum(each.hits for each in found)
    estimate = weighted_share(found)
    told: dict[str, Any] = {"drawn": told_count(len(drawn)), "answered": told_count(answered)}
    if estimate is None or answered < SMALLEST_TOLD:
        return {**told, "hits": None, "share": None, "low": None, "high": None}
    return {**told, "hits": told_count(hits), **_told_estimate(estimate, hits, answered)}


def _told_estimate(estimate: Weighted, hits: int, answered: int) -> Told:
    """The estimate, or with a small number behind it only bounds that hold for all of 1 to 4."""
    if not is_small(hits) and not is_small(answered - hits):
        return {"share": estimate.share, "low": estimate.low, "high": estimate.high}
    fewest, most = (1, 4) if is_small(hits) else (answered - 4, answered - 1)
    low = wilson(min(1.0, fewest / answered), estimate.n_effective)[0]
    high = wilson(min(1.0, most / answered), estimate.n_effective)[1]
    return {"share": None, "low": min(low, estimate.low), "high": max(high, estimate.high)}


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

    A signal that still waits counts for as long as it has waited (Kaplan and Meier 1958); None where so many have not
    been decided on yet.
    """
    waits = [_wait(case, today, verdicts) for case in cases if case.is_signal and case.listed_on]
    told = len(waits) >= SMALLEST_TOLD
    return {
        "signals": told_roughly(len(waits)),
        "median": _quantile(waits, 0.5) if told else None,
        "nine_in_ten": _quantile(waits, 0.9) if told else None,
    }


def _wait(case: LookedAt, today: date, verdicts: Sequence[Verdict]) -> tuple[int, bool]:
    start = case.listed_on or today
    days = [(each.decided_on - start).days for each in case.decisions if each.verdict in verdicts]
    return (max(0, min(days)), True) if days else (max(0, (today - start).days), False)


def _quantile(waits: Sequence[tuple[int, bool]], share: float) -> int | None:
    """The first day by which, so it is estimated, that share has been decided on."""
    left = 1.0
    for day in sorted({days for days, is_over in waits if is_over}):
        at_risk = sum(days >= day for days, _ in waits)
        left *= 1 - sum(days == day and is_over for days, is_over in waits) / at_risk
        if left <= 1 - share + 1e-12:
            return day
    return None


def agreement(pairs: Sequence[tuple[Verdict, Verdict]]) -> dict[str, Any]:
    """How far two people agree who decided on the same case: Cohen's kappa (1960) with its interval."""
    n = len(pairs)
    if n < _FEWEST_PAIRS:
        return {"pairs": told_count(n), "agreed": None, "kappa": None, "low": None, "high": None}
    same = sum(one is other for one, other in pairs)
    by_chance = sum(
        sum(one is verdict for one, _ in pairs) * sum(other is verdict for _, other in pairs) for verdict in Verdict
    ) / (n * n)
    told = {"pairs": n, "agreed": told_share(same, n)}
    if by_chance == 1 or is_small(same) or is_small(n - same):
        return {**told, "kappa": None, "low": None, "high": None}
    kappa = (same / n - by_chance) / (1 - by_chance)
    half = Z * sqrt(same / n * (1 - same / n) / (n * (1 - by_chance) ** 2))
    return {**told, "kappa": kappa, "low": max(-1.0, kappa - half), "high": min(1.0, kappa + half)}


def calibration(cases: Sequence[LookedAt]) -> list[Told]:
    """The share that was right by score, in bins of about as many decided signals, from the lowest score up."""
    decided = sorted(
        (case.points, case.is_hit)
        for case in cases
        if case.is_signal and case.is_hit is not None and case.points is not None
    )
    n_bins = min(_MOST_BINS, len(decided) // _FEWEST_IN_BIN)
    if n_bins < 2:
        return []
    size = ceil(len(decided) / n_bins)
    bins: list[list[tuple[int, bool]]] = []
    for points, is_hit in decided:
        # Equal scores stay together, or chance would say which bin they are in.
        if not bins or (len(bins[-1]) >= size and bins[-1][-1][0] != points):
            bins.append([])
        bins[-1].append((points, is_hit))
    if len(bins) < 2:
        return []
    return told_parts([(_scores(each), sum(hit for _, hit in each), len(each)) for each in bins])


def _scores(decided: Sequence[tuple[int, bool]]) -> str:
    """From which score to which, in whole points."""
    low, high = round(decided[0][0] / 100), round(decided[-1][0] / 100)
    return f"{low}" if low == high else f"{low}–{high}"


def costs(cases: Sequence[LookedAt], assumed: Evaluation) -> dict[str, Any]:
    """What the looking cost for each child whose registration was mended, from lowest to highest assumption, in euros.

    Over signals: the control sample is the price of knowing. None when too few were found, or too few were not.
    """
    signals = [case for case in cases if case.is_signal]
    looked = sum(any(each.verdict is not Verdict.NOT_LOOKED for each in case.decisions) for case in signals)
    looks = told_roughly(looked)
    inquiries = sum(any(each.outcome_code == "X-HEROPEND" for each in case.decisions) for case in signals)
    found = told_share(*hits_and_decided(signals))
    hits = found["hits"]
    told: dict[str, Any] = {
        "looks": looks,
        "inquiries": told_count(inquiries),
        "found": hits,
        "assumed": assumed.model_dump(mode="json"),
    }
    if not isinstance(hits, int) or not isinstance(looks, int) or not hits:
        return {**told, "euros_per_found_child": None}
    bounds = (1, 4) if is_small(inquiries) else (inquiries, inquiries)
    spent = [
        (looks * assumed.minutes_per_look[end] + bounds[end] * assumed.minutes_per_inquiry[end])
        / 60
        * assumed.euros_per_hour[end]
        for end in (0, 1)
    ]
    return {**told, "euros_per_found_child": [round(each / hits) for each in spent]}
