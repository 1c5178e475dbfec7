"""The list for leerplicht as one web page, with the same words and parts as the page of departures, without timelines.

A child on no school list has one sign, and what is asked is about now.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from brp_signals.base.dates import dutch
from brp_signals.base.rule_files import Rule
from brp_signals.publish import wording
from brp_signals.publish.list_content import Absence, AbsenceList
from brp_signals.publish.rendering import render


def absence_page_bytes(content: AbsenceList, rules: Sequence[Rule]) -> bytes:
    """The list for leerplicht of one municipality as a self-contained HTML file; the same list gives the same bytes."""
    used = wording.rules_used(content, rules)
    by_code = {rule.code: rule for rule in used}
    html = render(
        "absence_page.html",
        words=wording,
        title=wording.absence_title(content),
        reference_date=dutch(content.reference_date),
        scope=wording.ABSENCE_SCOPE,
        is_sealed=content.is_sealed,
        overdue=wording.overdue_lines(content),
        figures=[(label.strip(), number) for label, number in wording.absence_counts(content)],
        changes=wording.changes(content),
        change_lines=wording.change_lines(content),
        cases=[_shown(case, by_code) for case in content.cases],
        rules=used,
        what_this_is=wording.ABSENCE_IS,
        who_looks=wording.ABSENCE_WHO_LOOKS,
        reminders=wording.ABSENCE_REMINDERS,
    )
    return html.encode()


def _shown(case: Absence, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """One case as the template shows it."""
    (sign,) = case.signs
    rule = rules.get(sign.rule_code)
    return {
        "id": case.case_id,
        "rank": case.rank,
        "status": wording.STATUSES.get(case.status, case.status),
        "reason": case.reason_nl,
        "change": case.change_nl,
        "decision": case.decision_nl,
        "due_on": dutch(case.due_on) if case.due_on else "",
        "since_on": dutch(case.since_on),
        "withdrawn_on": wording.withdrawn(case),
        "duty": wording.duty(case),
        "duty_until": dutch(case.duty_until),
        "next_step": case.next_step_nl,
        "organisation": case.organisation_nl,
        "event_on": dutch(sign.event_on),
        "source": wording.source(sign.source),
        "title": sign.title_nl,
        "rule": sign.rule_code,
        "innocent": rule.innocent_nl if rule else (),
        "refuted_by": rule.refuted_by_nl if rule else (),
    }
