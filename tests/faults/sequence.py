"""A made-up sequence of nights: cases appear, change, leave and return, people decide, school lists come and go."""

from datetime import date, timedelta
from pathlib import Path
from typing import Final

from brp_signals.state.ledger import open_ledger
from tests.ledger.nights import TABLES, case_of
from tests.spec.builders import delivery_of, settings_of
from tests.spec.notation import NONE
from tests.support.deliveries import write_delivery
from tests.support.engine import configuration
from tests.support.ledgers import decide

FIRST: Final = date(2026, 6, 15)
_CHILDREN: Final = 12
#: Days on which the schools sent a list. A night delivers the newest only: the one before it must be remembered.
_LISTS: Final = ("2026-05-06", "2026-06-10", "2026-06-17", "2026-06-21", "2026-06-26", "2026-07-01", "2026-07-06")
#: Nights before which somebody decides on one case.
_DECISIONS: Final = {
    1: "X-VERTREK-OK",
    2: "X-VERKLAARD",
    5: "X-GRENS",
    9: "X-VERKLAARD",
    13: "X-VERTREK-OK",
    17: "X-VERKLAARD",
}


class Sequence:
    """The deliveries of a number of nights, written once, and the decisions between them."""

    def __init__(self, folder: Path, n_nights: int) -> None:
        self.n_nights = n_nights
        self.config = folder / "brp-signals.toml"
        folder.mkdir(parents=True, exist_ok=True)
        self.config.write_text(configuration(settings_of(case_of([], FIRST))), encoding="utf-8")
        self.deliveries = [_write(folder, night) for night in range(n_nights)]

    def decide(self, state: Path, night: int) -> None:
        """Let people decide what they decide before this night."""
        if outcome := _DECISIONS.get(night):
            day = FIRST + timedelta(days=night)
            with open_ledger(state) as ledger:
                case_ids = sorted(ledger.positions())
                case_id = case_ids[7 * night % len(case_ids)]
                decide(ledger, case_id, outcome, day, f"{day}T12:00:00+00:00", f"{night:064x}")


def _write(folder: Path, night: int) -> Path:
    today = FIRST + timedelta(days=night)
    rows = delivery_of(case_of([_child(number, night, today) for number in range(_CHILDREN)], today))
    tables = {table: getattr(rows, table) for table in TABLES}
    return write_delivery(folder / f"delivery-{night:02d}", tables, today, ("0363",), f"{today}-0363")


def _child(number: int, night: int, today: date) -> dict[str, str]:
    """One child on one night, in the notation of the specs."""
    traces = []
    if number % 4 != 3 and not (number % 3 == 0 and night >= number + 10):
        traces.append("absence_report 2026-03-16")
    if night >= number + 2:
        traces.append("tmv_report 2026-05-04")
    newest_list = max(day for day in _LISTS if day <= today.isoformat())
    return {
        "born": f"2013-{1 + number:02d}-11",
        "left": "2026-03-02" if night >= number // 2 else NONE,
        "trace": "; ".join(traces),
        "enrolled": f"2020-08-17 seen {newest_list}",
        "returned": "2026-06-01" if number % 5 == 2 and night >= number + 5 else NONE,
        "confidential": "yes" if number in (3, 7) or (number == 5 and night >= 8) else "no",
    }
