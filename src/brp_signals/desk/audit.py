"""The desk's audit log: who did or saw what, and when; a line is on the disk before anything is shown or changed.

It is a chain, like the log of reveals (`brp_signals.gateway.way_back.audit`), and `brp-signals audit verify` reads
both. A line names staff and numbers of cases, never a child.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, Final

from brp_signals.gateway.way_back import audit

FILE: Final = "desk-audit.jsonl"

#: What happens at the desk, by its code in the log.
ACTIONS_NL: Final = {
    "signed_in": "aangemeld",
    "sign_in_failed": "aanmelden mislukt",
    "sign_in_blocked": "aanmelden geblokkeerd",
    "sign_in_refused": "aanmelden met werkaccount geweigerd",
    "signed_out": "afgemeld",
    "user_changed": "account gewijzigd",
    "denied": "geweigerd",
    "forged": "formulier van elders geweigerd",
    "case_opened": "signaal geopend",
    "revealed": "persoon getoond",
    "brp_asked": "BRP bevraagd",
    "reveal_asked": "tonen gevraagd",
    "reveal_agreed": "akkoord met tonen",
    "reveal_failed": "persoon niet gevonden",
    "mass_reveal": "te veel personen opgevraagd",
    "decided": "besluit genomen",
    "crossed": "besluit niet opgeslagen: een ander was eerder",
    "confirmed": "besluit bevestigd",
    "refused": "besluit niet bevestigd",
    "undone": "besluit teruggenomen",
    "note_written": "notitie geschreven",
    "note_removed": "notitie gewist",
    "contact_recorded": "contact vastgelegd",
    "assigned": "toegewezen",
    "exported": "lijst bewaard als bestand",
}
#: What the privacy officer should look at.
ALARMS: Final = ("mass_reveal", "sign_in_blocked", "forged")


@dataclass(frozen=True)
class Line:
    """One line of the log, for people."""

    at: datetime
    name: str
    action: str
    case_id: str
    detail: str

    @property
    def action_nl(self) -> str:
        """What was done, in a few words."""
        return ACTIONS_NL.get(self.action, self.action)

    @property
    def is_alarm(self) -> bool:
        """Whether somebody should look at it."""
        return self.action in ALARMS


class AuditLog:
    """The log of one state folder."""

    def __init__(self, state: Path) -> None:
        self.path = state / FILE
        self._end = audit.START
        self._lock = Lock()

    def write(self, at: datetime, name: str, action: str, case_id: str = "", detail: str = "") -> None:
        """Add a line and wait until it is on the disk.

        Raises SignalsError when that is impossible; whoever calls must then show and change nothing.
        """
        entry: dict[str, Any] = {"at": at.isoformat(timespec="seconds"), "actor": name, "action": action}
        entry |= {key: text for key, text in (("case", case_id), ("detail", detail)) if text}
        with self._lock:
            self._end = audit.append_after(self.path, entry, self._end)

    def verify(self) -> int:
        """The number of lines of a sound log. Raises DeliveryRefused with the first broken line."""
        return audit.verify(self.path)[0] if self.path.exists() else 0

    def newest(self, most: int) -> Iterator[Line]:
        """The last lines, the newest first."""
        text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        for line in reversed(text.splitlines()[-most:]):
            entry = json.loads(line)
            at = datetime.fromisoformat(entry["at"])
            yield Line(at, entry["actor"], entry["action"], entry.get("case", ""), entry.get("detail", ""))
