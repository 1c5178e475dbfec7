"""Who works on a case."""

from datetime import datetime

from brp_signals.desk.accounts import user_named
from brp_signals.desk.cases import DeskCase
from brp_signals.desk.database import Database
from brp_signals.desk.roles import User


def assigned_to(database: Database, case_id: str) -> str:
    """The name of who works on it; empty when nobody does."""
    found = database.row("assignment", case_id=case_id)
    return found["name"] if found else ""


def assign(database: Database, case_id: str, name: str, by: str, at: datetime) -> None:
    """Let somebody work on a case; with an empty name nobody."""
    if name:
        database.change("assign", case_id=case_id, name=name, assigned_by=by, at=at.isoformat(timespec="seconds"))
    else:
        database.change("unassign", case_id=case_id)


def colleagues(database: Database, case: DeskCase) -> list[str]:
    """Who may see this case and so can be asked to work on it."""
    rows = database.rows("colleagues", municipality_code=case.municipality_code)
    return [row["name"] for row in rows if _may_work(user_named(database, row["name"]), case)]


def _may_work(user: User | None, case: DeskCase) -> bool:
    return user is not None and user.sees_kind(case.kind, is_sealed=case.is_sealed)
