"""Decisions taken at the desk, on their way to the ledger: the same as a workbook brings in.

A decision is written here first, after its line in the audit log, and handed to the ledger as soon as no run holds it.
Whoever was killed between the two finds the decision waiting. What became of it stays here as a trace.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from brp_signals.base.errors import RunLocked
from brp_signals.base.outcomes import VERDICTS, WAITING, Verdict
from brp_signals.desk.cases import DeskCase
from brp_signals.desk.database import Database, Row
from brp_signals.desk.roles import User
from brp_signals.publish import wording
from brp_signals.review.answers import Answer
from brp_signals.review.deciding import Chosen, Taken, hand_in, judge, mark_of
from brp_signals.state.ledger import Decision, Position, read_ledger

UNDO_WITHIN: Final = timedelta(days=1)
CROSSED: Final = (
    "Iemand anders heeft net over dit signaal besloten. Uw besluit is niet opgeslagen; het staat nog ingevuld. Lees "
    "het andere besluit hieronder en sla het uwe opnieuw op als dat nodig is."
)

STATES_NL: Final = {
    "asked": "wacht op een tweede persoon",
    "waiting": "wordt verwerkt zodra de nacht klaar is",
    "taken": "verwerkt",
    "crossed": "niet verwerkt: een ander besluit was eerder",
    "refused": "niet bevestigd",
    "undoing": "teruggenomen",
    "undone": "teruggenomen",
}


@dataclass(frozen=True)
class DeskDecision:
    """One decision as the case page tells it."""

    number: int
    outcome_code: str
    reason_code: str
    decided_on: date
    name: str
    decided_at: datetime
    state: str
    mark: str
    second_name: str
    ended_by: str

    @property
    def state_nl(self) -> str:
        """What became of it, in words."""
        return STATES_NL[self.state]

    def told_to(self, reader: str) -> str:
        """The decision in words: whoever took it reads which outcome it was, all others what everybody may read."""
        tell = wording.own_decision if reader == self.name else wording.decision
        return tell(self.outcome_code, self.decided_on, self.reason_code)

    def may_be_confirmed(self, reader: str) -> bool:
        """Whether this reader may confirm it, as a second person."""
        return self.state == "asked" and self.name != reader

    def may_be_undone(self, reader: str, now: datetime) -> bool:
        """Whether this reader may still take it back."""
        is_open = self.state in ("asked", "waiting", "taken")
        return is_open and self.name == reader and now - self.decided_at < UNDO_WITHIN


def of_case(database: Database, case_id: str) -> list[DeskDecision]:
    """What was decided about a case at the desk, the oldest first."""
    return [
        DeskDecision(
            row["decision_no"],
            row["outcome_code"],
            row["reason_code"],
            date.fromisoformat(row["decided_on"]),
            row["name"],
            datetime.fromisoformat(row["decided_at"]),
            row["state"],
            row["mark"],
            row["second_name"] or "",
            row["ended_by"] or "",
        )
        for row in database.rows("decisions_of", case_id=case_id)
    ]


def seen_mark(database: Database, state: Path, case_id: str) -> str:
    """What a form about a case must send back: another one when a decision came between."""
    with read_ledger(state) as ledger:
        known = ledger.decisions(case_id)
    waiting = [each.number for each in of_case(database, case_id) if each.state in ("asked", "waiting", "undoing")]
    return f"{mark_of(known[-1] if known else None)}/{'.'.join(map(str, waiting))}"


def answer_to(state: Path, case: DeskCase, user: User, form: dict[str, str], today: date) -> Answer | str:
    """The answer that a form gives about a case, or a Dutch sentence why it gives none."""
    chosen = Chosen(
        case.case_id, form.get("besluit", ""), form.get("reden", ""), form.get("datum", ""), decided_by(user)
    )
    with read_ledger(state) as ledger:
        position: Position = ledger.positions()[case.case_id]
        known = ledger.decisions(case.case_id)
        last = ledger.last_run()
    return judge(chosen, position, known[-1] if known else None, max(today, last.reference_date) if last else today)


def decided_by(user: User) -> str:
    """Who took a decision, as the ledger keeps it."""
    return user.name


def keep(database: Database, state: Path, case: DeskCase, answer: Answer, seen: str, at: datetime, asks: bool) -> bool:
    """Keep a decision, unless another one came since its form was made; returns whether it was kept."""
    with database.transaction():
        if seen_mark(database, state, case.case_id) != seen:
            return False
        database.change(
            "add_decision",
            case_id=case.case_id,
            municipality_code=case.municipality_code,
            is_sealed=case.is_sealed,
            outcome_code=answer.outcome_code,
            reason_code=answer.reason_code,
            is_over=answer.outcome_code not in WAITING,
            decided_on=answer.decided_on.isoformat(),
            name=answer.decided_by,
            at=at.isoformat(timespec="seconds"),
            seen=seen.partition("/")[0],
            mark=secrets.token_hex(32),
            state="asked" if asks else "waiting",
        )
    return True


def needs_second(answer: Answer) -> bool:
    """Whether a decision says that the register was wrong, for which a municipality may ask a second person."""
    return VERDICTS[answer.outcome_code] is Verdict.WRONG_IN_REGISTER


def deliver(database: Database, state: Path) -> bool:
    """Hand what waits to the ledger; returns whether nothing waits any more. While a run is busy all of it waits."""
    rows = database.rows("decisions_on_the_way")
    if not rows:
        return True
    taken = [Taken(_decision(row), row["seen"]) for row in rows if row["state"] == "waiting"]
    undone = [_decision(row) for row in rows if row["state"] == "undoing"]
    try:
        crossed = hand_in(state, taken, undone)
    except RunLocked:
        return False
    with database.transaction():
        for each in taken:
            mark = each.decision.file_sha256
            database.change("set_state", mark=mark, state="crossed" if mark in crossed else "taken", was="waiting")
        for decision in undone:
            database.change("set_state", mark=decision.file_sha256, state="undone", was="undoing")
    return True


def _decision(row: Row) -> Decision:
    return Decision(
        row["case_id"],
        row["outcome_code"],
        row["reason_code"],
        date.fromisoformat(row["decided_on"]),
        row["decided_at"],
        row["mark"],
        row["name"],
    )
