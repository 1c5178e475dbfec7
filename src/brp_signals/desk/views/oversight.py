"""Figures for the coordinator and the steward, and the audit log for the privacy officer."""

from datetime import date, timedelta
from typing import Final, NamedTuple

from starlette.responses import Response

from brp_signals.base.dates import dutch
from brp_signals.base.errors import SignalsError
from brp_signals.desk.entrance import Addresses, Visit
from brp_signals.desk.roles import Permission
from brp_signals.publish.municipalities import named

addresses = Addresses()
_WEEKS: Final = 12
_BROKEN: Final = (
    "Het auditlog is niet heel: een regel is veranderd of weg. Laat het bestand zoals het is en vraag de beheerder; "
    "brp-signals audit verify noemt de regel."
)
#: Fewer decisions of one person are not told: the figure is about the work, not about a colleague.
_FEWEST_OF_A_PERSON: Final = 6
_SHOWN: Final = 200


class Figures(NamedTuple):
    """How the work of one municipality stands."""

    municipality: str
    n_listed: int
    n_handled: int
    n_overdue: int
    n_new: int
    n_assigned: int


@addresses.page("/cijfers", Permission.SEE_FIGURES)
def figures(visit: Visit) -> Response:
    """How much is open, too late and handled; of persons only counts above five."""
    visit.place.keep_up()
    database, name, today = visit.place.database, visit.user.name, visit.now.date()
    since = (today - timedelta(weeks=_WEEKS)).isoformat()
    rows = database.rows("counts", name=name, today=today.isoformat())
    people = database.rows("per_person", reader=name, since=since)
    return visit.page(
        "figures.html",
        title="Cijfers",
        municipalities=[
            Figures(
                named(row["municipality_code"]),
                *(row[column] for column in ("n_listed", "n_handled", "n_overdue", "n_new", "n_assigned")),
            )
            for row in rows
        ],
        weeks=[
            (dutch(date.fromisoformat(row["monday"])), row["n"])
            for row in database.rows("per_week", reader=name, since=since)
        ],
        people=[(row["name"], row["n"] if row["n"] >= _FEWEST_OF_A_PERSON else "minder dan 6") for row in people],
    )


@addresses.page("/audit", Permission.SEE_AUDIT)
def audit_log(visit: Visit) -> Response:
    """The last lines of the audit log, and whether the whole of it is sound."""
    lines = list(visit.place.log.newest(_SHOWN))
    try:
        n_lines, problem = visit.place.log.verify(), ""
    except SignalsError:
        n_lines, problem = 0, _BROKEN
    return visit.page(
        "audit.html",
        title="Auditlog",
        lines=lines,
        alarms=[line for line in lines if line.is_alarm],
        n_lines=n_lines,
        problem=problem,
    )
