"""The inbox, the sealed list, searching by number, and the inbox as a file."""

import csv
import io

from starlette.responses import Response

from brp_signals.base.case_ids import typed_case_id
from brp_signals.desk.cases import find_case
from brp_signals.desk.entrance import Addresses, Visit
from brp_signals.desk.inbox import SHOWS_NL, Filters, offered, read_all, read_inbox
from brp_signals.desk.roles import Permission
from brp_signals.publish.tables import spreadsheet_text

addresses = Addresses()
_FIRST_PAGES = (
    (Permission.SEE_CASES, "/werk"),
    (Permission.SEE_SEALED, "/verzegeld"),
    (Permission.SEE_AUDIT, "/audit"),
    (Permission.SEE_FIGURES, "/cijfers"),
)


@addresses.page("/", Permission.SIGNED_IN)
def first_page(visit: Visit) -> Response:
    """Where the work of this user begins."""
    return visit.go(next((path for permission, path in _FIRST_PAGES if visit.user.may(permission)), "/"))


@addresses.page("/werk", Permission.SEE_CASES)
def inbox(visit: Visit) -> Response:
    """What waits for this user."""
    return _inbox(visit, is_sealed=False)


@addresses.page("/verzegeld", Permission.SEE_SEALED)
def sealed_inbox(visit: Visit) -> Response:
    """The same for children under secrecy."""
    return _inbox(visit, is_sealed=True)


def _inbox(visit: Visit, *, is_sealed: bool) -> Response:
    place = visit.place
    place.keep_up()
    filters = Filters.of_query(visit.request.query_params)
    is_blind = place.settings.blind
    found = read_inbox(place.database, visit.user, filters, visit.now.date(), is_sealed=is_sealed, is_blind=is_blind)
    rules, schools = offered(place.database, visit.user, is_sealed=is_sealed)
    return visit.page(
        "inbox.html",
        title="Verzegelde lijst" if is_sealed else "Werk",
        inbox=found,
        filters=filters,
        shows=SHOWS_NL,
        rules=[(code, place.rules[code].title_nl) for code in rules if code in place.rules],
        schools=[(code, place.schools.now().named(code)) for code in schools],
        run=place.night.run,
        is_sealed=is_sealed,
        is_blind=is_blind,
    )


@addresses.page("/zoek", Permission.SIGNED_IN)
def search(visit: Visit) -> Response:
    """Go to the case with this number."""
    typed = visit.request.query_params.get("nummer", "")[:40]
    case_id = typed_case_id(typed)
    if case_id is None:
        return visit.plain(
            404, "Geen nummer", "Een nummer ziet eruit als S-2Y7Y-R7KG. Neem het over van de lijst en zoek opnieuw."
        )
    visit.place.keep_up()
    return visit.go(f"/zaak/{case_id}") if find_case(visit.place.database, visit.user, case_id) else visit.not_here()


@addresses.page("/werk.csv", Permission.SEE_CASES)
def inbox_as_file(visit: Visit) -> Response:
    """The inbox as a table for a spreadsheet, without pseudonyms; no cell of it can become a formula."""
    place = visit.place
    place.keep_up()
    visit.log("exported")
    filters = Filters.of_query(visit.request.query_params)
    lines = read_all(place.database, visit.user, filters, visit.now.date(), is_blind=place.settings.blind)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("Nummer", "Niveau", "Status", "Vertrek", "Uiterlijk", "Van", "Waarom"))
    for line in lines:
        cells = (line.case_id, line.level_nl, line.status_nl, line.left_on_nl, line.due_on_nl, line.assigned_to)
        writer.writerow([spreadsheet_text(cell) for cell in (*cells, line.reason_nl)])
    answer = Response(stream.getvalue().encode("utf-8-sig"), media_type="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="werk.csv"'
    return answer
