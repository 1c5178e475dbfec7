"""The page of one case, and the forms on it."""

from datetime import date

from starlette.responses import Response

from brp_signals.base.case_ids import is_case_id
from brp_signals.desk import assignments, decisions, second_person
from brp_signals.desk.case_card import card_of
from brp_signals.desk.cases import DeskCase, find_case, siblings
from brp_signals.desk.contacts import RESULTS_NL, WAYS_NL, add_contact, contacts_of
from brp_signals.desk.entrance import Addresses, Visit
from brp_signals.desk.notes import add_note, notes_of, problem_of, remove_note
from brp_signals.desk.reveal import REASONS_NL
from brp_signals.desk.roles import Permission
from brp_signals.publish.kinds import kind_named
from brp_signals.state.ledger import read_ledger

addresses = Addresses()

#: What the page says after something was done, by the word in the address.
DONE_NL = {
    "besluit": "Uw besluit is opgeslagen.",
    "gevraagd": "Uw besluit wacht op een tweede persoon.",
    "bevestigd": "Het besluit is bevestigd.",
    "geweigerd": "Het besluit is niet bevestigd.",
    "terug": "Uw besluit is teruggenomen.",
    "notitie": "De notitie is opgeslagen.",
    "gewist": "De notitie is gewist.",
    "contact": "Het contact is vastgelegd.",
    "toegewezen": "De toewijzing is opgeslagen.",
    "tonen": "Een collega moet akkoord gaan. Vraag daarna nog een keer om de persoon; het akkoord geldt een uur.",
    "akkoord": "Uw akkoord is vastgelegd.",
    "niet": "Er is niets gevraagd waarmee u akkoord kunt gaan.",
    "laat": "Dit kan niet (meer). Terugnemen kan binnen een dag, door wie besloot; bevestigen doet een ander.",
}


def with_case(visit: Visit) -> DeskCase | None:
    """The case that the address names, if this visitor may see it."""
    number = visit.request.path_params["case_id"]
    return find_case(visit.place.database, visit.user, number) if is_case_id(number) else None


@addresses.page("/zaak/{case_id}", Permission.SIGNED_IN)
def show_case(visit: Visit) -> Response:
    """The whole case, after a line in the audit log."""
    visit.place.keep_up()
    case = with_case(visit)
    if case is None:
        return visit.not_here()
    visit.log("case_opened", case.case_id)
    return case_page(visit, case, done=DONE_NL.get(visit.request.query_params.get("gedaan", ""), ""))


def case_page(visit: Visit, case: DeskCase, status: int = 200, done: str = "", problem: str = "") -> Response:
    """The page of a case; after a problem with what was filled in as well."""
    place = visit.place
    with read_ledger(place.state) as ledger:
        signs, history = ledger.signs(case.case_id), ledger.history(case.case_id)
        in_ledger = ledger.decisions(case.case_id)
    at_desk = decisions.of_case(place.database, case.case_id)
    run = place.night.run
    today = run.reference_date if run else visit.now.date()
    choices = kind_named(case.kind).choices
    is_decided = bool(in_ledger) or any(each.state in ("waiting", "taken") for each in at_desk)
    identities = place.keys.sealed if case.is_sealed else place.keys.ordinary
    return visit.page(
        "signal.html",
        status,
        title=f"Signaal {case.case_id}",
        case=case,
        card=card_of(case, place.rules, signs, today, place.night.look_back_months),
        is_blind=place.settings.blind and not is_decided,
        siblings=siblings(place.database, case),
        schools=[(code, place.schools.now().find(code)) for code in case.schools],
        choices=choices,
        seen=decisions.seen_mark(place.database, place.state, case.case_id),
        filled_in={name: visit.form.get(name, "") for name in ("besluit", "reden", "datum")},
        today=visit.now.date(),
        at_desk=at_desk,
        imported=[each for each in in_ledger if each.file_sha256 not in {one.mark for one in at_desk}],
        history=history,
        now=visit.now,
        assigned_to=assignments.assigned_to(place.database, case.case_id),
        colleagues=assignments.colleagues(place.database, case),
        contacts=contacts_of(place.database, case.case_id),
        ways=WAYS_NL,
        results=RESULTS_NL,
        notes=notes_of(place.database, identities, case.case_id, visit.now.date()) if identities else [],
        has_notes=bool(identities),
        note_days=place.settings.note_days,
        reasons=REASONS_NL,
        has_key_map=place.settings.key_map is not None,
        asked=second_person.asked_of(place.database, case.case_id, visit.now),
        done=done,
        problem=problem,
    )


def _to_case(visit: Visit, case: DeskCase, done: str) -> Response:
    return visit.go(f"/zaak/{case.case_id}", gedaan=done)


@addresses.form("/zaak/{case_id}/besluit", Permission.WORK_CASES)
def decide(visit: Visit) -> Response:
    """Take a decision, unless somebody else took one since the page was made."""
    case, place = with_case(visit), visit.place
    if case is None:
        return visit.not_here()
    answer = decisions.answer_to(place.state, case, visit.user, dict(visit.form), visit.now.date())
    if isinstance(answer, str):
        return case_page(visit, case, 422, problem=answer)
    asks = "hit" in place.settings.four_eyes and decisions.needs_second(answer)
    seen = visit.form.get("gezien", "")
    if seen != decisions.seen_mark(place.database, place.state, case.case_id):
        return case_page(visit, case, 409, problem=decisions.CROSSED)
    visit.log("decided", case.case_id)
    if not decisions.keep(place.database, place.state, case, answer, seen, visit.now, asks):
        visit.log("crossed", case.case_id)
        return case_page(visit, case, 409, problem=decisions.CROSSED)
    place.keep_up()
    return _to_case(visit, case, "gevraagd" if asks else "besluit")


@addresses.form("/zaak/{case_id}/tweede", Permission.WORK_CASES)
def confirm(visit: Visit) -> Response:
    """Confirm the decision of a colleague, or not."""
    case, place = with_case(visit), visit.place
    if case is None:
        return visit.not_here()
    is_confirmed = visit.form.get("antwoord") == "ja"
    decision = _decision(visit, case)
    if decision is None or not decision.may_be_confirmed(visit.user.name):
        return _to_case(visit, case, "laat")
    visit.log("confirmed" if is_confirmed else "refused", case.case_id)
    changed = place.database.change(
        "confirm_decision",
        decision_no=decision.number,
        case_id=case.case_id,
        name=visit.user.name,
        state="waiting" if is_confirmed else "refused",
    )
    place.keep_up()
    return _to_case(visit, case, ("bevestigd" if is_confirmed else "geweigerd") if changed else "laat")


@addresses.form("/zaak/{case_id}/terug", Permission.WORK_CASES)
def undo(visit: Visit) -> Response:
    """Take one's own decision back within a day; the trace stays."""
    case, place = with_case(visit), visit.place
    if case is None:
        return visit.not_here()
    decision = _decision(visit, case)
    if decision is None or not decision.may_be_undone(visit.user.name, visit.now):
        return _to_case(visit, case, "laat")
    visit.log("undone", case.case_id)
    changed = place.database.change(
        "undo_decision",
        decision_no=decision.number,
        case_id=case.case_id,
        name=visit.user.name,
        at=visit.now.isoformat(timespec="seconds"),
        not_before=(visit.now - decisions.UNDO_WITHIN).isoformat(timespec="seconds"),
    )
    place.keep_up()
    return _to_case(visit, case, "terug" if changed else "laat")


def _decision(visit: Visit, case: DeskCase) -> decisions.DeskDecision | None:
    """The newest decision about the case, if it is the one that the form is about: an earlier one changes no more."""
    newest = decisions.of_case(visit.place.database, case.case_id)[-1:]
    return next((each for each in newest if each.number == _number(visit, "besluit")), None)


def _number(visit: Visit, name: str) -> int:
    text = visit.form.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


@addresses.form("/zaak/{case_id}/notitie", Permission.WORK_CASES)
def write_note(visit: Visit) -> Response:
    """Keep a note for colleagues."""
    case, place = with_case(visit), visit.place
    if case is None:
        return visit.not_here()
    text, identities = visit.form.get("notitie", ""), place.keys.sealed if case.is_sealed else place.keys.ordinary
    problem = problem_of(text) if identities else "Notities staan uit: er is geen sleutel om ze te bewaren."
    if problem:
        return case_page(visit, case, 422, problem=problem)
    visit.log("note_written", case.case_id)
    add_note(place.database, identities, case.case_id, visit.user.name, text, visit.now, place.settings.note_days)
    return _to_case(visit, case, "notitie")


@addresses.form("/zaak/{case_id}/notitie/wissen", Permission.WORK_CASES)
def erase_note(visit: Visit) -> Response:
    """Remove a note of one's own."""
    case = with_case(visit)
    if case is None:
        return visit.not_here()
    visit.log("note_removed", case.case_id)
    remove_note(visit.place.database, case.case_id, _number(visit, "notitie"), visit.user.name)
    return _to_case(visit, case, "gewist")


@addresses.form("/zaak/{case_id}/contact", Permission.WORK_CASES)
def record_contact(visit: Visit) -> Response:
    """Keep with whom contact was sought, and what came of it."""
    case, form = with_case(visit), visit.form
    if case is None:
        return visit.not_here()
    day = _day(form.get("dag", ""))
    if form.get("hoe") not in WAYS_NL or form.get("uitkomst") not in RESULTS_NL or not day or day > visit.now.date():
        return case_page(
            visit, case, 422, problem="Kies hoe u contact zocht, wat ervan kwam, en een dag tot en met vandaag."
        )
    visit.log("contact_recorded", case.case_id)
    add_contact(visit.place.database, case.case_id, day, form["hoe"], form["uitkomst"], visit.user.name, visit.now)
    return _to_case(visit, case, "contact")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@addresses.form("/zaak/{case_id}/toewijzen", Permission.WORK_CASES)
def assign(visit: Visit) -> Response:
    """Take a case, give it back, or give it to a colleague; the last only for who may."""
    case, place = with_case(visit), visit.place
    if case is None:
        return visit.not_here()
    name = visit.form.get("naam", "")
    before = assignments.assigned_to(place.database, case.case_id)
    is_own = name in ("", visit.user.name) and before in ("", visit.user.name)
    if not is_own and not visit.user.may(Permission.ASSIGN_OTHERS):
        visit.log("denied", case.case_id)
        return visit.plain(403, "Geen toegang", "Alleen de coördinator kan een signaal aan een ander geven.")
    if name and name not in assignments.colleagues(place.database, case):
        return case_page(visit, case, 422, problem="Deze collega kan dit signaal niet zien. Kies een ander.")
    visit.log("assigned", case.case_id, name)
    assignments.assign(place.database, case.case_id, name, visit.user.name, visit.now)
    return _to_case(visit, case, "toegewezen")
