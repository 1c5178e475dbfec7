"""What may be tried a number of times only: signing in, and showing a child."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from brp_signals.desk.database import Database


@dataclass(frozen=True)
class Limit:
    """So many attempts of one kind by one subject in so many seconds."""

    kind: str
    most: int
    seconds: int


SIGN_IN_BY_NAME: Final = Limit("sign-in name", 5, 15 * 60)
SIGN_IN_BY_PLACE: Final = Limit("sign-in place", 30, 15 * 60)
REVEAL_SECONDS: Final = 3600
_LONGEST_SECONDS: Final = 24 * 3600


def is_reached(database: Database, limit: Limit, subject: str, now: datetime) -> bool:
    """Whether no further attempt is allowed now."""
    found = database.row(
        "attempts", kind=limit.kind, subject=subject.lower(), not_before=int(now.timestamp()) - limit.seconds
    )
    return found is not None and found["n"] >= limit.most


def count(database: Database, limit: Limit, subject: str, now: datetime) -> None:
    """Remember an attempt."""
    database.change("attempt", kind=limit.kind, subject=subject.lower(), at=int(now.timestamp()))


def forget_old(database: Database, now: datetime) -> None:
    """Forget attempts that no limit looks at any more."""
    database.change("forget_attempts", over_at=int(now.timestamp()) - _LONGEST_SECONDS)
