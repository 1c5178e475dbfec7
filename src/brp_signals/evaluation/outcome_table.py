"""The barrier table: signal, what was done, by which organisation, what came of it; over closed cases, in counts.

After the "barrièremodel" (CCV, 2014), which asks per signal which intervention helps and who makes it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from brp_signals.base.outcomes import WAITING
from brp_signals.base.rule_files import Rule
from brp_signals.evaluation.decided import RESOLVED, LookedAt
from brp_signals.evaluation.telling import told_count
from brp_signals.publish import wording

REST: Final = "Overige"

Way = tuple[str, str, str, str]


def barrier_table(cases: Sequence[LookedAt], rules: Mapping[str, Rule]) -> list[dict[str, Any]]:
    """Return a row for each way that cases went, the most frequent first, counted to the nearest five; ways that round
    to none are one row together.
    """
    ways = Counter(_way(case, rules) for case in cases if case.verdict in RESOLVED)
    told = {way: told_count(number) for way, number in ways.items() if told_count(number)}
    rest = told_count(ways.total() - sum(ways[way] for way in told))
    rows = [
        {"signal": signal, "done": done, "organisation": organisation, "outcome": outcome, "cases": number}
        for (signal, done, organisation, outcome), number in sorted(told.items(), key=lambda item: (-item[1], item[0]))
    ]
    if rest:
        rows.append({"signal": REST, "done": "", "organisation": "", "outcome": "", "cases": rest})
    return rows


def _way(case: LookedAt, rules: Mapping[str, Rule]) -> Way:
    """What the case rested on, the last step taken before it was closed and by whom, and its outcome."""
    known = [rules[code] for code in case.rule_codes if code in rules]
    leading = min(known, key=lambda rule: rule.priority, default=None)
    decision = case.decision or case.decisions[-1]
    before = case.decisions[: case.decisions.index(decision)]
    steps = [each.outcome_code for each in before if each.outcome_code in WAITING]
    if not case.is_signal:
        signal, organisation, done = wording.SAMPLE, "burgerzaken", "Bekeken"
    else:
        signal = f"{leading.title_nl} ({leading.code})" if leading else "Teken van een regel die er niet meer is"
        organisation, done = (leading.organisation_nl if leading else "burgerzaken"), "Bekeken en nagevraagd"
    if steps:
        organisation, done = WAITING[steps[-1]].organisation_nl, wording.chosen_label(steps[-1])
    return signal, done, organisation, wording.chosen_label(decision.outcome_code)
