"""The barrier table: signal, what was done, by which organisation, what came of it; over closed cases, in counts.

After the "barrièremodel" (CCV, 2014), which asks per signal which intervention helps and who makes it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from brp_signals.evaluation.decided import RESOLVED, LookedAt
from brp_signals.evaluation.intervals import SMALLEST_TOLD, told_roughly
from brp_signals.publish import wording
from brp_signals.publish.follow_ups import WAITING
from brp_signals.rule_files import Rule

REST: Final = "Overige"

Way = tuple[str, str, str, str]


def barrier_table(cases: Sequence[LookedAt], rules: Mapping[str, Rule]) -> list[dict[str, Any]]:
    """A row for each way that cases went, the most frequent first; ways of fewer than 5 cases are taken together,
    to the nearest 5, since what is left over would follow from the other figures.
    """
    ways = Counter(_way(case, rules) for case in cases if case.verdict in RESOLVED)
    told = {way: number for way, number in ways.items() if number >= SMALLEST_TOLD}
    rest = ways.total() - sum(told.values())
    if 0 < rest < SMALLEST_TOLD and told:
        # What is left would follow from the total: the least frequent way goes with it.
        rest += told.pop(min(told, key=lambda way: (told[way], way)))
    rows = [
        {"signal": signal, "done": done, "organisation": organisation, "outcome": outcome, "cases": number}
        for (signal, done, organisation, outcome), number in sorted(told.items(), key=lambda item: (-item[1], item[0]))
    ]
    if rest:
        rows.append({"signal": REST, "done": "", "organisation": "", "outcome": "", "cases": told_roughly(rest)})
    return rows


def _way(case: LookedAt, rules: Mapping[str, Rule]) -> Way:
    """What the case rested on, the last step taken before it was closed and by whom, and its outcome."""
    known = [rules[code] for code in case.rule_codes if code in rules]
    leading = min(known, key=lambda rule: rule.priority, default=None)
    steps = [each.outcome_code for each in case.decisions if each.outcome_code in WAITING]
    if not case.is_signal:
        signal, organisation, done = wording.SAMPLE, "burgerzaken", "Bekeken"
    else:
        signal = f"{leading.title_nl} ({leading.code})" if leading else "Teken van een regel die er niet meer is"
        organisation, done = (leading.organisation_nl if leading else "burgerzaken"), "Bekeken en nagevraagd"
    if steps:
        organisation, done = WAITING[steps[-1]].organisation_nl, wording.chosen_label(steps[-1])
    return signal, done, organisation, wording.chosen_label(case.decisions[-1].outcome_code)
