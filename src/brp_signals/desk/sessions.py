"""Sessions: who sits at a browser, for how long, and the token that a form must send back.

The token of a session is a cookie; the database holds its hash alone. Roles are looked up at each request, so that what
is taken away is gone at once; a change of roles ends the sessions of that user.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from brp_signals.base.desk_settings import DeskSettings
from brp_signals.desk.accounts import user_named
from brp_signals.desk.database import Database
from brp_signals.desk.roles import User


@dataclass(frozen=True)
class Session:
    """One browser: its token, the token of its forms, and who signed in there, if anybody did."""

    token: str
    csrf_token: str
    user: User | None


class Sessions:
    """All sessions of the desk."""

    def __init__(self, database: Database, settings: DeskSettings) -> None:
        self._database = database
        self._idle_seconds = settings.idle_minutes * 60
        self._longest_seconds = settings.session_hours * 3600

    def find(self, token: str | None, now: datetime) -> Session | None:
        """The session with this token, unless it is over."""
        if not token:
            return None
        found = self._database.row("session", token=_hash(token), **self._limits(now))
        if found is None:
            return None
        self._database.change("see_session", token=_hash(token), at=int(now.timestamp()))
        user = user_named(self._database, found["name"]) if found["name"] else None
        return Session(token, found["csrf_token"], user)

    def begin(self, user: User | None, now: datetime, instead_of: str | None = None) -> Session:
        """A new session with tokens that nobody has seen; the session that was there before ends."""
        session = Session(secrets.token_urlsafe(32), secrets.token_urlsafe(32), user)
        with self._database.transaction():
            self.end_old(now)
            if instead_of:
                self.end(instead_of)
            self._database.change(
                "begin_session",
                token=_hash(session.token),
                name=user.name if user else None,
                csrf=session.csrf_token,
                at=int(now.timestamp()),
            )
        return session

    def end(self, token: str) -> None:
        """End the session with this token."""
        self._database.change("end_session", token=_hash(token))

    def end_old(self, now: datetime) -> None:
        """Forget the sessions that are over."""
        self._database.change("end_old_sessions", **self._limits(now))

    def _limits(self, now: datetime) -> dict[str, int]:
        at = int(now.timestamp())
        return {"idle_after": at - self._idle_seconds, "began_after": at - self._longest_seconds}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
