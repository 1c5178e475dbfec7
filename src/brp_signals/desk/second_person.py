"""Showing a child under secrecy where the municipality asks a second person: one asks, another agrees, for one time."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from brp_signals.desk.database import Database

_HOLDS: Final = timedelta(hours=1)


class Asked(NamedTuple):
    """Who asks to be shown the child of a case, and who agreed, if anybody did."""

    name: str
    second_name: str


def asked_since(now: datetime) -> str:
    """What was asked before this moment counts no more."""
    return (now - _HOLDS).isoformat(timespec="seconds")


def asked_of(database: Database, case_id: str, now: datetime) -> list[Asked]:
    """Who asks to be shown the child of this case."""
    rows = database.rows("asked_reveals", case_id=case_id, not_before=asked_since(now))
    return [Asked(row["name"], row["second_name"] or "") for row in rows]


def ask(database: Database, case_id: str, name: str, now: datetime) -> None:
    """Ask a colleague to agree."""
    database.change("ask_reveal", case_id=case_id, name=name, at=now.isoformat(timespec="seconds"))


def agree(database: Database, case_id: str, name: str, second_name: str, now: datetime) -> bool:
    """Agree that this colleague is shown the child; returns whether that was asked, and not by oneself."""
    found = database.change(
        "agree_reveal", case_id=case_id, name=name, second_name=second_name, not_before=asked_since(now)
    )
    return found > 0


def use(database: Database, case_id: str, name: str, now: datetime) -> bool:
    """Use what a colleague agreed to; returns whether one did. It cannot be used twice."""
    return database.change("use_reveal", case_id=case_id, name=name, not_before=asked_since(now)) > 0
