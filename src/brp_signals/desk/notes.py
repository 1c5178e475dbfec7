"""Notes of staff about a case: encrypted for the municipality's identity, with a term of their own.

They are on the case page and nowhere else: no list, no export, no evaluation and no ledger knows them.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from brp_signals.base.reason_text import may_hold_number
from brp_signals.base.sealing import Identities, seal, unseal
from brp_signals.desk.database import Database

LONGEST: Final = 2000


@dataclass(frozen=True)
class Note:
    """One note, as it can be read by who holds the identity."""

    number: int
    name: str
    written_at: datetime
    expires_on: date
    text: str


def problem_of(text: str) -> str | None:
    """Why a text cannot be a note, in Dutch."""
    if not text.strip():
        return "De notitie is leeg."
    if len(text) > LONGEST:
        return f"De notitie is te lang: {LONGEST} tekens is het meeste."
    if may_hold_number(text):
        return "In de notitie staat misschien het nummer van een persoon. Haal het weg."
    return None


def add_note(
    database: Database, identities: Identities, case_id: str, name: str, text: str, at: datetime, days: int
) -> None:
    """Keep a note; its plain text never touches the disk."""
    database.change(
        "add_note",
        case_id=case_id,
        name=name,
        at=at.isoformat(timespec="seconds"),
        expires_on=(at.date() + timedelta(days=days)).isoformat(),
        sealed=seal(text.strip().encode(), tuple(identity.to_public() for identity in identities)),
    )


def notes_of(database: Database, identities: Identities, case_id: str, today: date) -> list[Note]:
    """The notes about a case whose term is not over, the newest first.

    Raises UsageProblem when another identity wrote them.
    """
    return [
        Note(
            row["note_no"],
            row["name"],
            datetime.fromisoformat(row["written_at"]),
            date.fromisoformat(row["expires_on"]),
            unseal(row["sealed"], identities, "A note").decode(),
        )
        for row in database.rows("notes", case_id=case_id, today=today.isoformat())
    ]


def remove_note(database: Database, case_id: str, number: int, name: str) -> bool:
    """Remove a note of one's own; returns whether there was one."""
    return database.change("remove_note", case_id=case_id, note_no=number, name=name) > 0
