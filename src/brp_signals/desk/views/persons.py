"""Showing who a child is."""

from typing import Any

from starlette.responses import Response

from brp_signals.desk import second_person
from brp_signals.desk.cases import DeskCase
from brp_signals.desk.entrance import Addresses, Visit
from brp_signals.desk.limits import count, is_reached
from brp_signals.desk.live import live_values
from brp_signals.desk.reveal import REASONS_NL, limit_of, person_of
from brp_signals.desk.roles import Permission
from brp_signals.desk.views.case_page import case_page, with_case

addresses = Addresses()


@addresses.form("/zaak/{case_id}/persoon", Permission.REVEAL)
def show_person(visit: Visit) -> Response:
    """Show A-number and BSN of one child, for a reason, after a line in the audit log; the page closes itself."""
    case, reason = with_case(visit), visit.form.get("reden", "")
    if case is None:
        return visit.not_here()
    if reason not in REASONS_NL:
        return case_page(visit, case, 422, problem="Kies waarom u wilt weten om welk kind het gaat.")
    limit = limit_of(visit.place.settings)
    if is_reached(visit.place.database, limit, visit.user.name, visit.now):
        visit.log("mass_reveal", case.case_id, reason)
        return visit.plain(429, "Te veel personen", "U hebt in een uur te veel personen opgevraagd. Dit is gemeld.")
    if _needs_second(visit, case) and not second_person.use(
        visit.place.database, case.case_id, visit.user.name, visit.now
    ):
        visit.log("reveal_asked", case.case_id, reason)
        second_person.ask(visit.place.database, case.case_id, visit.user.name, visit.now)
        return visit.go(f"/zaak/{case.case_id}", gedaan="tonen")
    visit.log("revealed", case.case_id, reason)
    count(visit.place.database, limit, visit.user.name, visit.now)
    return _person_page(visit, case)


def _needs_second(visit: Visit, case: DeskCase) -> bool:
    return case.is_sealed and "sealed_reveal" in visit.place.settings.four_eyes


@addresses.form("/zaak/{case_id}/akkoord", Permission.REVEAL)
def agree(visit: Visit) -> Response:
    """Agree that a colleague is shown a child under secrecy."""
    case = with_case(visit)
    if case is None:
        return visit.not_here()
    name, database = visit.form.get("naam", ""), visit.place.database
    if name == visit.user.name or name not in {
        each.name for each in second_person.asked_of(database, case.case_id, visit.now)
    }:
        return visit.go(f"/zaak/{case.case_id}", gedaan="niet")
    visit.log("reveal_agreed", case.case_id, name)
    is_agreed = second_person.agree(database, case.case_id, name, visit.user.name, visit.now)
    return visit.go(f"/zaak/{case.case_id}", gedaan="akkoord" if is_agreed else "niet")


def _person_page(visit: Visit, case: DeskCase) -> Response:
    person = person_of(visit.place.settings, visit.place.keys, case)
    if person is None:
        visit.log("reveal_failed", case.case_id)
        return visit.plain(404, "Niet gevonden", "De sleutel van de gemeente kent dit kind niet. Vraag de beheerder.")
    seconds, live = visit.place.settings.reveal_seconds, _live(visit, case, person.bsn)
    answer = visit.page("person.html", title="Persoon", case=case, person=person, seconds=seconds, live_values=live)
    answer.headers["Refresh"] = f"{seconds}; url=/zaak/{case.case_id}"
    return answer


def _live(visit: Visit, case: DeskCase, number: str) -> dict[str, Any] | None:
    """The child in the BRP of this moment; None without a connection or a number to ask for."""
    place = visit.place
    if place.register is None or not number:
        return None
    visit.log("brp_asked", case.case_id)
    delivered_on = place.night.run.reference_date if place.night.run else place.today()
    may_see_secret = visit.user.may(Permission.SEE_SEALED)
    return live_values(place.register, number, case, delivered_on, place.today(), may_see_secret=may_see_secret)
