"""A town with one school and one source of traces, night after night, and what can be asked of it."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from brp_signals.state.ledger import open_ledger
from brp_signals.upkeep import watching
from tests.ledger.nights import NONE, Nights, case_of, child
from tests.spec.builders import key_of, school_of

FIRST = date(2026, 6, 1)
SCHOOL = school_of(case_of([], FIRST), "A")
N_PUPILS = 60
#: Two children who left: of the first only the list of the school tells, of the second only a report of absence.
ON_THE_LIST, REPORTED = "child 0", "child 1"


class Town:
    """Nights of the town; `number` counts them from 0, a day each."""

    def __init__(self, nights: Nights) -> None:
        self.nights = nights

    def night(self, number: int, *, n_pupils: int = N_PUPILS, shift: int = 0, **delivery: Any) -> dict[str, Any]:
        """Run one night; returns its account."""
        self.deliver(number, n_pupils=n_pupils, shift=shift, **delivery)
        return self.nights.run()

    def deliver(self, number: int, *, n_pupils: int = N_PUPILS, shift: int = 0, **delivery: Any) -> None:
        """Write the delivery of one night.

        The school lists the first `n_pupils` and the child who left, who is missing from a list that is not whole;
        reports of absence are dated so many days earlier.
        """
        today = FIRST + timedelta(number)
        seen = f"2020-08-17 at A seen {today}"
        is_whole = n_pupils == N_PUPILS
        children = [
            child(trace="", **({"enrolled": seen} if is_whole else {})),
            child(trace=_report(date(2026, 3, 20), shift)),
            *(
                {
                    "left": NONE,
                    "trace": _report(date(2026, 3, 1) + timedelta(pupil), shift),
                    **({"enrolled": seen} if pupil < n_pupils else {}),
                }
                for pupil in range(N_PUPILS)
            ),
        ]
        self.nights.deliver(today, children, **delivery)

    def copy(self, folder: Path) -> "Town":
        """The same town in another folder, to go on from."""
        return Town(self.nights.copy(folder))

    def statuses(self) -> dict[str, str]:
        """The status of the case of each child who left, by the name of the child."""
        with open_ledger(self.nights.state) as ledger:
            cases = {case[1]: case[0] for case in ledger.recall(10**6).cases}
            named = {name: cases.get(key_of(case_of([], FIRST), name)) for name in (ON_THE_LIST, REPORTED)}
            return {name: ledger.history(case_id)[-1].status for name, case_id in named.items() if case_id}

    def evidence(self) -> list[tuple[Any, ...]]:
        """Every sign that an open case rests on, as the ledger has it."""
        with open_ledger(self.nights.state) as ledger:
            return sorted(tuple(row[:5]) for row in ledger.recall(10**6).evidence if row[6])

    def alarms(self, *, everything: bool = False) -> list[dict[str, Any]]:
        """What `brp-signals watch` lists of the school and the source; half a list shows in the whole delivery too."""
        alarms = watching.standing_alarms(self.nights.state, everything=everything)
        return [alarm for alarm in alarms if alarm["subject"] in (SCHOOL, "verzuim")]

    def acknowledge(self, alarm_id: str, reason: str = "De school heeft dit bevestigd.") -> dict[str, Any]:
        """What `brp-signals watch ack` does."""
        return watching.acknowledge(self.nights.state, alarm_id, reason)


def _report(day: date, shift: int) -> str:
    return f"absence_report {day - timedelta(shift)}"
