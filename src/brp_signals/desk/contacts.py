"""With whom contact was sought about a case: codes and a day, no free text."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from brp_signals.desk.database import Database

WAYS_NL: Final = {
    "school": "School gebeld of gemaild",
    "address": "Huisbezoek",
    "letter": "Brief gestuurd",
    "phone": "Gezin gebeld",
    "register": "Gekeken in eigen systemen",
    "leerplicht": "Leerplicht gevraagd",
    "other": "Anders",
}
RESULTS_NL: Final = {
    "answered": "Antwoord gekregen",
    "no_answer": "Geen antwoord",
    "promised": "Antwoord toegezegd",
}


@dataclass(frozen=True)
class Contact:
    """One attempt, in words."""

    on_day: date
    way_nl: str
    result_nl: str
    name: str


def contacts_of(database: Database, case_id: str) -> list[Contact]:
    """The attempts about one case, the newest first."""
    return [
        Contact(
            date.fromisoformat(row["on_day"]), WAYS_NL[row["way_code"]], RESULTS_NL[row["result_code"]], row["name"]
        )
        for row in database.rows("contacts", case_id=case_id)
    ]


def add_contact(
    database: Database, case_id: str, on_day: date, way_code: str, result_code: str, name: str, at: datetime
) -> None:
    """Keep an attempt."""
    database.change(
        "add_contact",
        case_id=case_id,
        on_day=on_day.isoformat(),
        way_code=way_code,
        result_code=result_code,
        name=name,
        at=at.isoformat(timespec="seconds"),
    )
