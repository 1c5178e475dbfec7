"""The inbox: what waits for one user, in the order of the list, with families as one block."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from brp_signals.base.dates import dutch
from brp_signals.base.outcomes import ABSENCE, DEPARTURE
from brp_signals.desk.cases import day
from brp_signals.desk.database import Database, Row
from brp_signals.desk.roles import User
from brp_signals.publish import wording

#: How many cases a page shows.
PAGE: Final = 50
SHOWS_NL: Final = {
    "open": "Alles wat open staat",
    "mijn": "Van mij",
    "nieuw": "Nieuw",
    "telaat": "Te laat",
    "tweede": "Wacht op een tweede persoon",
    "afgehandeld": "Afgehandeld sinds de laatste lijst",
}
_FIRST: Final = "open"


@dataclass(frozen=True)
class Filters:
    """What a user wants to see, as the address says it; a value that is not known counts as none."""

    show: str = _FIRST
    level: str = ""
    rule: str = ""
    school: str = ""
    page: int = 1

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> "Filters":
        """The filters of an address."""
        show, page = query.get("toon", _FIRST), query.get("pagina", "1")
        return cls(
            show if show in SHOWS_NL else _FIRST,
            query.get("niveau", "")[:1],
            query.get("teken", "")[:8],
            query.get("school", "")[:8],
            min(int(page), _LAST_PAGE) if page.isascii() and page.isdecimal() and page != "0" else 1,
        )

    def query(self, **changed: str | int) -> dict[str, str]:
        """The same filters as an address says them, with what is changed."""
        own = {"toon": self.show, "niveau": self.level, "teken": self.rule, "school": self.school, "pagina": self.page}
        return {name: str(value) for name, value in (own | changed).items() if value not in ("", _FIRST, 1)}


_LAST_PAGE: Final = 10_000


@dataclass(frozen=True)
class InboxLine:
    """One case in the inbox, in words."""

    case_id: str
    level: str
    level_nl: str
    status_nl: str
    left_on_nl: str
    due_on_nl: str
    is_late: bool
    reason_nl: str
    assigned_to: str
    outcome_nl: str
    family_nl: str
    """Before the first child of a family: how many they are."""
    is_in_family: bool


@dataclass(frozen=True)
class Inbox:
    """One page of the inbox, and how many cases all pages hold."""

    lines: Sequence[InboxLine]
    n_all: int
    n_pages: int


def read_inbox(
    database: Database, user: User, filters: Filters, today: date, *, is_sealed: bool = False, is_blind: bool = False
) -> Inbox:
    """What this user asked for; ordinary cases, or those of children under secrecy, never both."""
    rows = _rows(database, user, filters, today, is_sealed, PAGE, (filters.page - 1) * PAGE)
    n_all = rows[0]["n_all"] if rows else 0
    return Inbox(_lines(rows, today, is_blind), n_all, max(1, -(-n_all // PAGE)))


def read_all(database: Database, user: User, filters: Filters, today: date, *, is_blind: bool) -> Sequence[InboxLine]:
    """All pages of the ordinary inbox."""
    return _lines(_rows(database, user, filters, today, False, _EVERYTHING, 0), today, is_blind)


_EVERYTHING: Final = -1


def _rows(
    database: Database, user: User, filters: Filters, today: date, is_sealed: bool, most: int, skipped: int
) -> list[Row]:
    return database.rows(
        "inbox",
        name=user.name,
        is_sealed=is_sealed,
        sees_departures=user.sees_kind(DEPARTURE, is_sealed=is_sealed),
        sees_absences=user.sees_kind(ABSENCE, is_sealed=is_sealed),
        show=filters.show,
        level=filters.level,
        rule=filters.rule,
        school=filters.school,
        today=today.isoformat(),
        most=most,
        skipped=skipped,
    )


def _lines(rows: Sequence[Row], today: date, is_blind: bool) -> list[InboxLine]:
    before = None
    lines = []
    for row in rows:
        lines.append(_line(row, today, is_blind, is_first=row["block_no"] != before))
        before = row["block_no"]
    return lines


def _line(row: Row, today: date, is_blind: bool, is_first: bool) -> InboxLine:
    left_on, due_on = day(row["left_on"]), day(row["until_on"])
    is_family = row["block_size"] > 1
    return InboxLine(
        case_id=row["case_id"],
        level="" if is_blind else row["level"],
        level_nl="" if is_blind else _level(row),
        status_nl=wording.STATUSES[row["status"]],
        left_on_nl=dutch(left_on) if left_on else "onbekend",
        due_on_nl=dutch(due_on) if due_on else "",
        is_late=bool(due_on and due_on < today),
        reason_nl=row["reason_nl"],
        assigned_to=row["assigned_to"] or "",
        outcome_nl=wording.outcome_label(row["outcome_code"]) if row["outcome_code"] else "",
        family_nl=f"{row['block_size']} kinderen, één gezin" if is_family and is_first else "",
        is_in_family=is_family,
    )


def _level(row: Row) -> str:
    if row["is_drawn"]:
        return wording.SAMPLE
    if row["kind"] == ABSENCE:
        return "Leerplicht"
    return row["level"] or wording.BACK


def offered(database: Database, user: User, *, is_sealed: bool) -> tuple[list[str], list[str]]:
    """The signs and schools by which this user can filter, by their codes."""
    rows = database.rows("choices_of_rules", name=user.name, is_sealed=is_sealed)
    rules = {code for row in rows for code in row["rule_codes"].split("|") if code}
    schools = {code for row in rows for code in row["schools"].split("|") if code}
    return sorted(rules), sorted(schools)
