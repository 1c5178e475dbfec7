"""What the page of one case shows: a whole case of the last run, or the little that is known of another.

Of a child under secrecy the run keeps no account in the state folder, and a departure that was drawn by chance has no
sign: their pages are made of the published table and of the ledger.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

from brp_signals.base.dates import dutch
from brp_signals.base.outcomes import ABSENCE
from brp_signals.base.rule_files import Rule
from brp_signals.desk.cases import DeskCase
from brp_signals.publish import wording
from brp_signals.publish.explanations import restored
from brp_signals.publish.kinds import kind_named
from brp_signals.publish.list_content import AbsenceList, AnyList, MunicipalList
from brp_signals.publish.page import shown
from brp_signals.state.ledger import HeldSign


def card_of(
    case: DeskCase, rules: Mapping[str, Rule], signs: Sequence[HeldSign], today: date, look_back_months: int
) -> SimpleNamespace:
    """Everything that the page says of the case; `today` is the day that the run looked from."""
    if "signs" not in case.facts:
        return _little(case, rules, signs)
    kind = kind_named(case.kind)
    whole = restored(kind, case.facts)
    codes = dict.fromkeys((*whole.rule_codes, *(sign.rule_code for sign in whole.signs)))
    return SimpleNamespace(
        **{"timeline": None, "speaks_for": (), "speaks_against": (), "unknown": whole.notes_nl, "level_name": ""}
        | shown(whole, {code: rules[code] for code in codes if code in rules})
        | dict(kind.card(whole, _list_of(case, today, look_back_months)))
    )


def _list_of(case: DeskCase, today: date, look_back_months: int) -> AnyList:
    """The list that the case stood on, as far as a card asks for it."""
    shared: Any = {
        "municipality_code": case.municipality_code,
        "reference_date": today,
        "cases": (),
        "suppressed": (),
        "is_sealed": case.is_sealed,
    }
    if case.kind == ABSENCE:
        return AbsenceList(**shared, withheld=())
    return MunicipalList(**shared, look_back_months=look_back_months, n_departures=0)


def _little(case: DeskCase, rules: Mapping[str, Rule], signs: Sequence[HeldSign]) -> SimpleNamespace:
    making = [sign for sign in signs if sign.rule_code in rules and sign.gone_on is None]
    leading = [rules[sign.rule_code] for sign in making if not sign.is_context]
    return SimpleNamespace(
        id=case.case_id,
        reason=case.reason_nl,
        status=wording.STATUSES[case.status],
        change="",
        next_step=case.facts.get("next_step_nl", wording.SAMPLE_STEP),
        organisation=case.facts.get("organisation_nl", "burgerzaken"),
        due_on=dutch(case.due_on) if case.due_on else "",
        departure=dutch(case.left_on) if case.left_on else "onbekend",
        level_name="",
        timeline=None,
        speaks_for=(),
        speaks_against=(),
        unknown=("Waar het kind nu is: dat weet u pas als u het vraagt.",),
        signs=[_sign(sign, rules[sign.rule_code]) for sign in making],
        innocent=list(dict.fromkeys(text for rule in leading for text in rule.innocent_nl)),
        refuted_by=list(dict.fromkeys(text for rule in leading for text in rule.refuted_by_nl)),
    )


def _sign(sign: HeldSign, rule: Rule) -> SimpleNamespace:
    return SimpleNamespace(
        label="•",
        event_on=dutch(sign.event_on),
        source=wording.source(sign.source),
        sentence=rule.title_nl,
        rules=[(rule.code, rule.title_nl)],
        is_context=sign.is_context,
        is_against=rule.level == "against",
    )
