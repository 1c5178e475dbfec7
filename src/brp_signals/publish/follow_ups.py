"""What somebody must do about a case, and by when: the terms of the work, in days.

A term that is over is shown on top of the list; nothing happens by itself. Public holidays are not known here, so a
term in working days may be shown a day or two early, never late.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from brp_signals.base.outcomes import WAITING
from brp_signals.base.rule_files import Rule
from brp_signals.base.statuses import LISTED
from brp_signals.publish.list_content import Sign


@dataclass(frozen=True)
class FollowUp:
    """The next step of a case and the last day for it."""

    step_nl: str
    due_on: date


LOOK: Final = "Bekijken en een besluit kiezen."
#: From the day that a case came onto the list: a choice of this project (docs/decisions/0017).
FIRST_LOOK_DAYS: Final = 14
_ANSWER: Final = "De terugmelding beantwoorden en een besluit kiezen."
_REPORT_RULE: Final = "M-01"
#: Besluit BRP, article 28, first paragraph.
_ANSWER_WORKING_DAYS: Final = 5


def follow_up(
    status: str,
    suppressor_code: str | None,
    outcome_code: str | None,
    decided_on: date | None,
    opened_on: date | None,
    signs: Iterable[Sign],
) -> FollowUp | None:
    """The next step of a case and its last day; None when nobody has to do anything.

    `opened_on` is the day it came onto the list, `outcome_code` and `decided_on` the decision in force.
    """
    waiting = WAITING.get(outcome_code or "")
    # An open address inquiry keeps a case off the list; the inquiry itself still has to end in time.
    is_under_inquiry = status == "suppressed" and suppressor_code == "S-03" and outcome_code == "X-HEROPEND"
    if waiting and decided_on and (status in LISTED or is_under_inquiry):
        return FollowUp(waiting.step_nl, decided_on + timedelta(days=waiting.days))
    if status not in LISTED or opened_on is None:
        return None
    look_by = opened_on + timedelta(days=FIRST_LOOK_DAYS)
    answers = [_working_days_after(sign.event_on) for sign in signs if sign.rule_code == _REPORT_RULE]
    # A term that was over before the case came onto the list is no news: the report was answered, or it is too late.
    answer_by = min((day for day in answers if day >= opened_on), default=None)
    return FollowUp(_ANSWER, answer_by) if answer_by and answer_by < look_by else FollowUp(LOOK, look_by)


def next_step(rule: Rule, todo: FollowUp | None, outcome_code: str | None) -> tuple[str, str]:
    """What to do about a case and who does it: what its rule says, or what it waits for since a decision."""
    waiting = WAITING.get(outcome_code or "")
    return (todo.step_nl, waiting.organisation_nl) if todo and waiting else (rule.next_step_nl, rule.organisation_nl)


def _working_days_after(day: date) -> date:
    """The fifth working day after a day."""
    left = _ANSWER_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day
