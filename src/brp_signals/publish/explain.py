"""Dutch accounts: of one case, in plain text or as a dossier to print, for whoever must answer for it; of one rule."""

from datetime import date
from pathlib import Path

from brp_signals.base.dates import dutch
from brp_signals.base.rule_files import Rule, load_rules
from brp_signals.base.sealing import Identities
from brp_signals.base.warehouse import resource
from brp_signals.publish import wording
from brp_signals.publish.dossier import NO_DECISION, Dossier, dossier_bytes
from brp_signals.publish.explanations import CaseNotInLastRun, recall
from brp_signals.publish.list_content import Absence, Case, Sign, schools_of
from brp_signals.publish.municipalities import named
from brp_signals.state.ledger import Decision, Entry, Held, last_run, open_ledger
from brp_signals.state.schools import School

LAST_SENTENCE = (
    "Niet gebruikt: namen, nationaliteit, geboorteland, land van bestemming, vrije tekst. Een mens beslist; "
    "onjuiste gegevens worden bij de bron hersteld (AVG, artikelen 15 en 16)."
)


def explanation(state: Path, case_id: str, identities: Identities = ()) -> str:
    """Everything that is known about one case: dates, signs, what may explain them, next step, place, history.

    Of a case that no longer has a sign the ledger's history is all there is. Fit for a request of access (AVG, artikel
    15). Raises UsageProblem for an unknown number.
    """
    history = _history(*_kept(state, case_id.upper()))
    try:
        recalled = recall(state, case_id, identities)
    except CaseNotInLastRun:
        if not history:
            raise
        return "\n".join([f"Signaal {case_id.upper()}", wording.NOT_A_FINDING, "", *history, "", LAST_SENTENCE])
    case = recalled.case
    rules = {rule.code: rule for rule in load_rules(resource("sql") / "rules")}
    place, day = named(case.municipality_code), dutch(recalled.reference_date)
    if isinstance(case, Absence):
        facts, weighing = _of_absence(case), [f"Plaats op de lijst: {wording.place(case)}"]
    else:
        facts, weighing = _of_departure(case), _weighing(case)
    lines = [
        f"Signaal {case.case_id} · gemeente {place} · peildatum {day}",
        wording.NOT_A_FINDING,
        "",
        *facts,
        *case.notes_nl,
        *[_school(school) for school in schools_of([case])],
        "",
        "Tekens",
        *[_sign(sign) for sign in case.signs],
        "",
        f"Volgende stap: {case.next_step_nl}",
        f"Door: {case.organisation_nl}",
        "",
        *weighing,
    ]
    for code in dict.fromkeys((*case.rule_codes, *(sign.rule_code for sign in case.signs))):
        lines += ["", rule_text(rules[code])]
    lines += ["", *history, "", LAST_SENTENCE]
    return "\n".join(lines)


def dossier(state: Path, case_id: str, identities: Identities = ()) -> bytes:
    """The same account as one self-contained HTML page that prints well; the same state gives the same bytes.

    Raises UsageProblem for an unknown number, and for a child under secrecy as for a number that never was.
    """
    entries, decisions, held = _kept(state, case_id.upper())
    try:
        recalled = recall(state, case_id, identities)
    except CaseNotInLastRun:
        if not entries and not held.drawn_on:
            raise
        recalled = None
    rules = load_rules(resource("sql") / "rules")
    return dossier_bytes(Dossier(case_id.upper(), recalled, entries, decisions, held), rules)


def who_decided(state: Path, case_id: str) -> str:
    """Who took each decision about one case, and in which file it came: for an auditor who may read the ledger.

    What is kept apart stays so. Raises UsageProblem for an unknown number, and for a child under secrecy as for one
    that never was.
    """
    entries, decisions, held = _kept(state, case_id.upper())
    if not entries and not held.drawn_on:
        raise CaseNotInLastRun(
            f"Case {case_id.upper()} is not in the ledger; check the number, or ask the sealed-list officer."
        )
    lines = [f"{_decision_line(decision)}\n  door: {_by(decision)}" for decision in decisions]
    return "\n".join([f"Besluiten over signaal {case_id.upper()}", *(lines or [NO_DECISION])])


def _by(decision: Decision) -> str:
    """`A. Jansen; ingelezen op 20-06-2026 uit het bestand met kenmerk 1a2b3c4d`"""
    imported_on = dutch(date.fromisoformat(decision.imported_at[:10]))
    who = decision.decided_by or "onbekend (niet ingevuld, of over zijn bewaartermijn)"
    return f"{who}; ingelezen op {imported_on} uit het bestand met kenmerk {decision.fingerprint}"


def _kept(state: Path, case_id: str) -> tuple[list[Entry], list[Decision], Held]:
    """What the ledger holds of a case."""
    if last_run(state) is None:
        return [], [], Held()
    with open_ledger(state) as ledger:
        return ledger.history(case_id), ledger.decisions(case_id), ledger.held(case_id)


def _history(entries: list[Entry], decisions: list[Decision], held: Held) -> list[str]:
    """The life of the case as the ledger tells it, a line for each change."""
    why_nl = wording.lower_first(wording.why_drawn(held.stratum))
    chance = [f"- {dutch(held.drawn_on)}: {why_nl}"] if held.drawn_on else []
    if not entries and not chance:
        return []
    taken = ["", "Besluiten", *[_decision_line(decision) for decision in decisions]] if decisions else []
    return ["Verloop", *chance, *[_line(entry) for entry in entries], *taken]


def _decision_line(decision: Decision) -> str:
    """`- Vertrek klopt (15-06-2026), reden: kind woont hier nog`"""
    return f"- {wording.decision(decision.outcome_code, decision.decided_on, decision.reason_code)}"


def _line(entry: Entry) -> str:
    """`- 25-11-2026: gewijzigd (niveau A): nieuw teken`"""
    level = f" (niveau {entry.level})" if entry.level and entry.status != "weak" else ""
    why = wording.why_changed(entry.status, entry.reasons, entry.suppressor_code)
    return f"- {dutch(entry.reference_date)}: {wording.STATUSES[entry.status]}{level}{f': {why}' if why else ''}"


def _school(school: School) -> str:
    """`School 12AB00: De Regenboog, Lindelaan 1, 3511 AA Utrecht, 030 123 45 67 (DUO, bestand van 20-11-2026)`"""
    told = ", ".join(filter(None, (school.name, school.address_nl, school.phone)))
    return f"School {school.school_id}: {told} ({school.source_nl})"


def _sign(sign: Sign) -> str:
    """`- 16-03-2026, bron verzuim: Een school meldde verzuim … (L-03, B-05)`"""
    codes = ", ".join(sign.rule_codes)
    return (
        f"- {dutch(sign.event_on)}, bron {wording.source(sign.source)}: {sign.text_nl} ({codes}){wording.beside(sign)}"
    )


def _weighing(case: Case) -> list[str]:
    """What speaks for and against a case and what is unknown, and the sum for whoever wants to check it."""
    parts = {
        "Wat spreekt ervoor": wording.speaks(case, against=False),
        "Wat spreekt ertegen": wording.speaks(case, against=True),
        "Wat is niet bekend": wording.unknowns(case),
    }
    if wording.is_back(case):
        parts = {"Wat is niet bekend": wording.unknowns(case)}
    lines = [
        line
        for heading, texts in parts.items()
        for line in (heading, *(f"- {text}" for text in texts or (wording.NOTHING_KNOWN,)), "")
    ]
    return [*lines, "De som die de plaats op de lijst bepaalt", *wording.sum_of_points(case)]


def _of_departure(case: Case) -> list[str]:
    return [
        f"Vertrek: {dutch(case.departed_on)} (bestemming {wording.destination(case)})",
        *([f"Verwerkt: {dutch(case.recorded_on)}"] if case.recorded_on else []),
        f"Leer- en kwalificatieplicht: van {dutch(case.duty_from)} tot {dutch(case.duty_until)}",
        f"Niveau: {'geen' if case.status == 'weak' else case.level or 'geen'} · {wording.STATUSES[case.status]}",
    ]


def _of_absence(case: Absence) -> list[str]:
    return [
        f"Geen school bekend sinds: {dutch(case.since_on)}",
        f"Uitgeschreven van school: {wording.withdrawn(case)}",
        f"Plicht: {wording.duty(case)}, tot {dutch(case.duty_until)}",
        f"Status: {wording.STATUSES[case.status]}",
    ]


def rule_text(rule: Rule) -> str:
    """One rule as its file states it, for people."""
    return "\n".join(
        [
            f"{rule.code} {rule.title_nl}",
            f"  Waarom: {rule.why_nl}",
            f"  Bron: {rule.source}",
            f"  {wording.not_proving(rule)}:",
            *[f"    - {text}" for text in rule.innocent_nl],
            "  Weerlegd door:",
            *[f"    - {text}" for text in rule.refuted_by_nl],
            f"  Vervolg: {rule.next_step_nl}",
            f"  Organisatie: {rule.organisation_nl}",
        ]
    )
