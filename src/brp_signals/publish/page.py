"""The list as one offline HTML page: the same as the workbook, with a timeline per case."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from brp_signals.dates import add_months, dutch
from brp_signals.publish import wording
from brp_signals.publish.content import Case, MunicipalList
from brp_signals.publish.templating import render
from brp_signals.publish.timeline import timeline
from brp_signals.rule_files import Rule


def write_page(path: Path, content: MunicipalList, rules: Sequence[Rule]) -> None:
    """Write the page of one municipality; it asks nothing of any network and holds no script."""
    by_code = {rule.code: rule for rule in rules}
    first_day = add_months(content.reference_date, -content.look_back_months)
    text = render(
        "page.html.j2",
        title=wording.title(content),
        reference_date=dutch(content.reference_date),
        look_back=wording.look_back(content, first_day),
        not_a_finding=wording.NOT_A_FINDING,
        is_sealed=content.is_sealed,
        sealed=wording.SEALED,
        what_this_is=[sentence for sentence in wording.WHAT_THIS_IS if sentence != wording.NOT_A_FINDING],
        how_to_use=wording.HOW_TO_USE,
        changes=wording.changes(content),
        counts=[(label.strip(), n, label.startswith(" ")) for label, n in wording.counts(content)],
        no_signals=wording.NO_SIGNALS,
        cases=[_case(case, content, by_code) for case in content.cases],
        rules=wording.rules_used(content, rules),
    )
    path.write_text(text, encoding="utf-8")


def _case(case: Case, content: MunicipalList, rules: Mapping[str, Rule]) -> dict[str, Any]:
    shown = [rules[sign.rule_code] for sign in case.signs if not sign.is_context and sign.rule_code in rules]
    return {
        "case_id": case.case_id,
        "rank": case.rank,
        "level": case.level,
        "status": wording.STATUSES.get(case.status, case.status),
        "reason": case.reason_nl,
        "next_step": case.next_step_nl,
        "organisation": case.organisation_nl,
        "departure": wording.departure(case),
        "destination": wording.destination(case),
        "recorded": wording.recorded(case),
        "place": wording.place(case),
        "timeline": timeline(case, content.reference_date),
        "signs": [
            {
                "event_on": dutch(sign.event_on),
                "sentence": sign.sentence_nl,
                "source": wording.source(sign.source),
                "rule_code": sign.rule_code,
                "is_context": sign.is_context,
            }
            for sign in case.signs
        ],
        "innocent": list(dict.fromkeys(text for rule in shown for text in rule.innocent_nl)),
    }
