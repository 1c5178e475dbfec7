"""One decision that was taken at the desk: held against the demands on a row of a workbook, and taken in as one.

A decision waits at the desk until no run holds the ledger. So it is taken in only if no other decision came between,
and a second time it changes nothing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from brp_signals.base.dates import dutch
from brp_signals.publish import wording
from brp_signals.review.acceptance import problem_of
from brp_signals.review.answers import Answer, answer_of
from brp_signals.review.reasons import REASONS
from brp_signals.review.reviewed_workbook import Row
from brp_signals.state.ledger import Decision, Position, open_ledger
from brp_signals.state.lock import lock_state

#: The mark of no decision.
NONE: Final = ""


@dataclass(frozen=True)
class Chosen:
    """What a person filled in at the desk: codes of decision and reason, the day as text, and who it is."""

    case_id: str
    outcome_code: str
    reason_code: str
    day: str
    decided_by: str


def judge(chosen: Chosen, position: Position, standing: Decision | None, today: date) -> Answer | str:
    """The answer that somebody gave who has seen the decision `standing`, or a Dutch sentence why it is none."""
    row = Row(0, 0, chosen.case_id, chosen.outcome_code, chosen.reason_code, chosen.day, "", chosen.decided_by)
    answer = answer_of(row, today, counts_from_1904=False)
    code = answer if isinstance(answer, str) else problem_of(answer, position, standing)
    if code is None:
        return answer
    told = wording.decision(standing.outcome_code, standing.decided_on) if standing else ""
    return REASONS[code].format(standing=told)


def mark_of(decision: Decision | None) -> str:
    """What tells one decision of a case from another."""
    if decision is None:
        return NONE
    told = f"{decision.imported_at}|{decision.file_sha256}|{decision.outcome_code}|{dutch(decision.decided_on)}"
    return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True)
class Taken:
    """A decision on its way to the ledger, with the mark of the one that its taker had seen."""

    decision: Decision
    seen: str


def hand_in(state: Path, taken: Sequence[Taken], undone: Sequence[Decision]) -> set[str]:
    """Take these decisions in, and forget those that were taken back; returns the hashes of those that another
    decision crossed, which were not taken in.

    Raises RunLocked while a run is busy, InternalFailure when the ledger cannot be written.
    """
    crossed = set()
    with lock_state(state), open_ledger(state) as ledger:
        for each in taken:
            known = ledger.decisions(each.decision.case_id)
            if any(one.file_sha256 == each.decision.file_sha256 for one in known):
                continue
            if mark_of(known[-1] if known else None) != each.seen:
                crossed.add(each.decision.file_sha256)
            else:
                ledger.add_decisions([each.decision])
        for decision in undone:
            ledger.remove_decision(decision.case_id, decision.file_sha256)
    return crossed
