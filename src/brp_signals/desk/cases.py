"""The cases that one user may see: every question to the list of the night says whose question it is."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from brp_signals.base.outcomes import ABSENCE, DEPARTURE
from brp_signals.desk.database import Database, Row
from brp_signals.desk.roles import User


@dataclass(frozen=True)
class DeskCase:
    """One case of the last run, as the desk shows it; `facts` is what the run kept of it."""

    case_id: str
    kind: str
    municipality_code: str
    is_sealed: bool
    is_drawn: bool
    is_listed: bool
    person_id: str
    status: str
    level: str
    left_on: date | None
    due_on: date | None
    reason_nl: str
    rule_codes: tuple[str, ...]
    schools: tuple[str, ...]
    block_no: int
    facts: dict[str, Any]


def find_case(database: Database, user: User, case_id: str) -> DeskCase | None:
    """The case of this number, if this user may see it."""
    row = database.row(
        "one_case",
        case_id=case_id,
        name=user.name,
        sees_departures=user.sees_kind(DEPARTURE, is_sealed=False),
        sees_absences=user.sees_kind(ABSENCE, is_sealed=False),
        sees_sealed_departures=user.sees_kind(DEPARTURE, is_sealed=True),
        sees_sealed_absences=user.sees_kind(ABSENCE, is_sealed=True),
    )
    return _case(row) if row else None


def _case(row: Row) -> DeskCase:
    return DeskCase(
        case_id=row["case_id"],
        kind=row["kind"],
        municipality_code=row["municipality_code"],
        is_sealed=bool(row["is_sealed"]),
        is_drawn=bool(row["is_drawn"]),
        is_listed=bool(row["is_listed"]),
        person_id=row["person_id"],
        status=row["status"],
        level=row["level"],
        left_on=day(row["left_on"]),
        due_on=day(row["due_on"]),
        reason_nl=row["reason_nl"],
        rule_codes=tuple(filter(None, row["rule_codes"].split("|"))),
        schools=tuple(filter(None, row["schools"].split("|"))),
        block_no=row["block_no"],
        facts=json.loads(row["facts"] or "{}"),
    )


def siblings(database: Database, case: DeskCase) -> list[str]:
    """The numbers of the other children of the family who left on the same day; none for a child under secrecy."""
    if case.is_sealed:
        return []
    rows = database.rows(
        "siblings", block_no=case.block_no, case_id=case.case_id, municipality_code=case.municipality_code
    )
    return [row["case_id"] for row in rows]


def day(text: str | None) -> date | None:
    """A day of the database."""
    return date.fromisoformat(text) if text else None
