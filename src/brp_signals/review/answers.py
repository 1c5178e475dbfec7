"""What one row of a reviewed workbook says, judged by itself: a decision about a case, or why it is none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from brp_signals.base.case_ids import typed_case_id
from brp_signals.base.outcomes import REASON_NEEDED, VERDICTS, Choice
from brp_signals.publish import wording
from brp_signals.publish.choices import EVERY_CHOICE, Choices
from brp_signals.review.reasons import WRONG
from brp_signals.review.reviewed_workbook import Cell, Row, normal

#: Reasons that say the opposite of an outcome.
_EXCLUDED: Final = {
    "R-SCHOOL-TRAAG": {"X-NIET", "X-HERINGESCHREVEN", "X-ANDERE-GEMEENTE"},
    "R-SCHOOL-ELDERS": {"X-NIET", "X-GRENS", "X-HERINGESCHREVEN", "X-ANDERE-GEMEENTE"},
    "R-TERUG": {"X-NIET", "X-GRENS", "X-ANDERE-GEMEENTE", "X-DATAFOUT"},
    "R-OVER-DE-GRENS": {"X-NIET", "X-HERINGESCHREVEN", "X-ANDERE-GEMEENTE", "X-DATAFOUT"},
    "R-TEKEN-EERDER": {"X-NIET", "X-HERINGESCHREVEN", "X-ANDERE-GEMEENTE"},
    "R-ANDER-KIND": {"X-NIET", "X-GRENS", "X-HERINGESCHREVEN", "X-ANDERE-GEMEENTE", "X-HEROPEND"},
    "R-DATUM": {"X-NIET", "X-VERTREK-OK"},
    "R-ADRES": {"X-NIET", "X-VERKLAARD", "X-GRENS", "X-VERTREK-OK", "X-DATUM", "X-ANDERE-GEMEENTE", "X-DATAFOUT"},
    "R-GEEN-ANTWOORD": {"X-VERKLAARD", "X-GRENS", "X-HERINGESCHREVEN", "X-ANDERE-GEMEENTE"},
    "R-NIEUWE-SCHOOL": {"X-NIET", "X-SCHOOL-ELDERS", "X-STARTKWALIFICATIE", "X-GEEN-SCHOOL", "X-BURGERZAKEN"},
    "R-GEEN-LIJST": {"X-NIET", "X-STARTKWALIFICATIE", "X-GEEN-SCHOOL", "X-BURGERZAKEN"},
    "R-VRIJSTELLING": {"X-NIET", "X-INGESCHREVEN", "X-STARTKWALIFICATIE", "X-GEEN-SCHOOL"},
    "R-DIPLOMA": {"X-NIET", "X-INGESCHREVEN", "X-GEEN-SCHOOL"},
    "R-VERHUISD": {"X-NIET", "X-INGESCHREVEN", "X-STARTKWALIFICATIE"},
    "R-GEEN-TIJD": VERDICTS.keys() - {"X-NIET"},
    "R-ANDERS": set(),
}

_DUTCH_DAY: Final = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})", re.ASCII)
_ISO_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T][0-9:.]+)?", re.ASCII)
#: Days as a spreadsheet counts them when a cell has lost its format: from 2000 to 2100.
_SERIAL: Final = re.compile(r"([0-9]{5})(?:\.[0-9]+)?", re.ASCII)
_DAY_0: Final = date(1899, 12, 30)
_DAY_0_FROM_1904: Final = date(1904, 1, 1)
_SHORTEST_NAME, _LONGEST_NAME = 2, 60
#: A BSN has nine digits, or eight when a zero was lost; a name or role has none or a few.
_TOO_MANY_DIGITS: Final = 8
_FIRST_YEAR, _LAST_YEAR = 2000, 2099


@dataclass(frozen=True)
class Answer:
    """What somebody decided about one case. `earlier` is the decision that stood on the list they worked in."""

    case_id: str
    outcome_code: str
    reason_code: str
    decided_on: date
    earlier: str
    decided_by: str = ""

    def is_as(self, outcome_code: str, reason_code: str) -> bool:
        """Whether it comes to the same decision for the same reason."""
        return (self.outcome_code, self.reason_code) == (outcome_code, reason_code)


def case_of(row: Row) -> str | None:
    """The number of the case, if a well-formed one stands in the row."""
    return typed_case_id(str(row.case))


def answer_of(row: Row, today: date, counts_from_1904: bool) -> Answer | str:
    """The answer in a row, or the code of the reason (`review.reasons`) why there is none."""
    if "=" in (row.case, row.decision, row.reason, row.day, row.by):
        return "formula"
    case_id = case_of(row)
    if case_id is None:
        return "case_malformed" if row.case != "" else "case_missing"
    outcome, reason = _code(EVERY_CHOICE.decisions, row.decision), _code(EVERY_CHOICE.reasons, row.reason)
    if problem := _problem(row, outcome, reason):
        return problem
    if row.day == "":
        return "day_missing"
    decided_on = day_in(row.day, counts_from_1904)
    if decided_on is None:
        return "day_unreadable"
    if decided_on > today:
        return "day_in_future"
    # A decision without a name is a decision: who took it is then unknown, as on a list of before this was asked.
    decided_by = staff_in(row.by) if row.by else ""
    if decided_by is None:
        return "by_malformed"
    return Answer(case_id, outcome or "", reason or "", decided_on, normal(row.earlier), decided_by)


def carried(
    row: Row, code: str, counts_from_1904: bool, offered: Choices = EVERY_CHOICE
) -> tuple[str, str, date | None, str]:
    """What may be shown of a row that goes back: decision, reason, day and who decided; empty what is wrong.

    Only what was understood, and is offered for such a case, is repeated: anything else that stands in a cell may be
    about a person.
    """
    labels = {"decision": "", "reason": ""}
    for name, choices in (("decision", offered.decisions), ("reason", offered.reasons)):
        chosen = _code(choices, getattr(row, name))
        if chosen and name not in WRONG.get(code, ()):
            labels[name] = wording.chosen_label(chosen)
    is_day_wrong = row.day in ("", "=") or "day" in WRONG.get(code, ())
    day = None if is_day_wrong else day_in(row.day, counts_from_1904)
    return labels["decision"], labels["reason"], day, staff_in(row.by or "") or ""


def day_in(cell: Cell, counts_from_1904: bool) -> date | None:
    """The day in a cell: a date, a Dutch or ISO date as text, or the number that a spreadsheet keeps for it."""
    day_0 = _DAY_0_FROM_1904 if counts_from_1904 else _DAY_0
    day = cell if isinstance(cell, date) else _day_in_text(" ".join(str(cell).split()), day_0)
    return day if day and _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def staff_in(cell: Cell) -> str | None:
    """The name or role of staff in a cell; None when it is none, or may hold the number of a person or a formula."""
    text = " ".join(str(cell).split()) if isinstance(cell, str) else ""
    n_digits = sum(character.isdecimal() for character in text)
    is_one = _SHORTEST_NAME <= len(text) <= _LONGEST_NAME and text.isprintable() and n_digits < _TOO_MANY_DIGITS
    return text if is_one and any(map(str.isalpha, text)) and text[0] not in "=+-@'" else None


def _problem(row: Row, outcome: str | None, reason: str | None) -> str | None:
    if row.decision == "":
        return "decision_missing"
    if outcome is None:
        return "decision_unknown"
    if row.reason != "" and reason is None:
        return "reason_unknown"
    if reason is None:
        return "reason_needed" if outcome in REASON_NEEDED else None
    return "reason_excluded" if outcome in _EXCLUDED[reason] else None


def _code(choices: Sequence[Choice], cell: Cell) -> str | None:
    """The choice that was made, by its label or its code."""
    text = normal(cell)
    return next((choice.code for choice in choices if text in (normal(choice.label), normal(choice.code))), None)


def _day_in_text(text: str, day_0: date) -> date | None:
    if found := _SERIAL.fullmatch(text):
        return day_0 + timedelta(days=int(found[1]))
    if found := _DUTCH_DAY.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    elif found := _ISO_DAY.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
