"""Everything that the pages of one desk work with, made once when it starts."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Final

from brp_signals.base.connections import BrpApi
from brp_signals.base.dates import HERE
from brp_signals.base.desk_settings import DeskSettings
from brp_signals.base.private_files import refuse_open_folder
from brp_signals.base.rule_files import Rule, load_rules
from brp_signals.base.sealing import read_identities
from brp_signals.base.warehouse import resource
from brp_signals.desk import decisions
from brp_signals.desk.accounts import SignInWay, WorkAccount
from brp_signals.desk.audit import AuditLog
from brp_signals.desk.brp_api import Register
from brp_signals.desk.database import Database
from brp_signals.desk.limits import forget_old
from brp_signals.desk.listed import Keys, NightList
from brp_signals.desk.oidc import Begun, SignIn
from brp_signals.desk.schools import KnownSchools
from brp_signals.desk.second_person import asked_since
from brp_signals.desk.sessions import Sessions

#: The ledger holds the decision; the desk needs its trace for a day, and for the figures of twelve weeks.
_DECISIONS_KEPT: Final = timedelta(days=184)
Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(HERE)


class Workplace:
    """The desk of one state folder."""

    def __init__(
        self, settings: DeskSettings, state: Path, lists: Path, clock: Clock = _now, brp_api: BrpApi | None = None
    ) -> None:
        refuse_open_folder(state, "state")
        self.settings, self.state, self.lists, self.clock = settings, state, lists, clock
        self.keys = Keys(
            read_identities(settings.identity) if settings.identity else (),
            read_identities(settings.sealed_identity) if settings.sealed_identity else (),
        )
        self.database = Database(state)
        self.log = AuditLog(state)
        self.sessions = Sessions(self.database, settings)
        self.schools = KnownSchools(state)
        self.night = NightList(self.database, state, lists, self.keys)
        self.rules: Final[dict[str, Rule]] = {rule.code: rule for rule in load_rules(resource("sql") / "rules")}
        self.provider = SignIn(settings.oidc) if settings.oidc else None
        self.begun = Begun()
        #: Ways to sign in beside local accounts.
        self.ways: tuple[SignInWay, ...] = (WorkAccount(),) if self.provider else ()
        self.register = Register(brp_api) if brp_api else None
        self._delivering = Lock()

    def today(self) -> date:
        """The present day."""
        return self.clock().date()

    def keep_up(self) -> None:
        """Hand decisions that wait to the ledger, take in a new list, and remove notes that are over their term.

        Raises SignalsError when the ledger or the database cannot be read or written.
        """
        self.deliver()
        self.night.refresh()

    def deliver(self) -> None:
        """Hand decisions that wait to the ledger."""
        with self._delivering:
            decisions.deliver(self.database, self.state)

    def tidy(self) -> None:
        """Remove what is over its term (docs/retention.md)."""
        now = self.clock()
        self.sessions.end_old(now)
        forget_old(self.database, now)
        self.database.change("remove_notes", today=now.date().isoformat())
        self.database.change("remove_decisions", not_before=(now - _DECISIONS_KEPT).isoformat(timespec="seconds"))
        self.database.change("remove_asked_reveals", not_before=asked_since(now))
