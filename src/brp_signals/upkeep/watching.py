"""What stands of the watch between two nights: changes that a person may acknowledge, and the numbers behind them.

The ledger alone is read, so that a night may run meanwhile.
"""

import re
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from brp_signals.base import unfinished
from brp_signals.base.errors import UsageProblem
from brp_signals.base.private_files import refuse_open_folder
from brp_signals.base.reason_text import checked_reason
from brp_signals.base.warehouse import Warehouse
from brp_signals.publish import watch_words
from brp_signals.state.ledger import Ledger, WatchedValue, last_run, nothing_published, open_ledger
from brp_signals.state.lock import lock_state
from brp_signals.watch.telling import protected

_ID: Final = re.compile("W-[0-9A-F]{6}")
#: Units of what is no number for people.
_UNTOLD: Final = ("flag", "mark")


def standing_alarms(state: Path, *, everything: bool) -> list[dict[str, Any]]:
    """The changes that stand after the newest run, as its run.json has them, new ones first; with `everything` those
    that a person acknowledged too, each with when and why.

    Raises UsageProblem when no run has been published from this state folder.
    """
    _refuse_without_run(state)
    with open_ledger(state) as ledger:
        alarms = _told_alarms(ledger)
    chosen = [alarm for alarm in alarms if everything or not alarm["acknowledged"]]
    return sorted(chosen, key=lambda alarm: (alarm["acknowledged"], not alarm["is_new"], -alarm["weight"], alarm["id"]))


def series(state: Path) -> list[dict[str, Any]]:
    """Every number that the watch remembers, standing from its day until the next of its series; where one to four
    people are behind it, it is None. What may not be told is left out.

    Raises UsageProblem when no run has been published from this state folder.
    """
    _refuse_without_run(state)
    with open_ledger(state) as ledger:
        values = ledger.watched()
    units = _units()
    return [_shown(value, units[value.subject_kind, value.measure]) for value in values if _is_told(value, units)]


def acknowledge(state: Path, alarm_id: str, reason: str) -> dict[str, Any]:
    """Keep in the ledger that a change is as it should be, and return it: from the change on the new numbers are usual.

    One alarm speaks for every change of its school or source on that night, so that all of them are acknowledged.
    Raises UsageProblem for an alarm that is unknown or over, and RunLocked while a run is busy.
    """
    reason = checked_reason(reason, "--reason")
    _refuse_without_run(state)
    with lock_state(state), open_ledger(state) as ledger:
        alarm = _standing_alarm(ledger, alarm_id.strip().upper())
        ledger.acknowledge(alarm["ids"], datetime.now(UTC).isoformat(timespec="seconds"), reason)
    return alarm


def _standing_alarm(ledger: Ledger, alarm_id: str) -> dict[str, Any]:
    if not _ID.fullmatch(alarm_id):
        raise UsageProblem("An alarm of the watch has an id as W-04B1C7; brp-signals watch lists those that stand.")
    for alarm in _told_alarms(ledger):
        if alarm_id in alarm["ids"]:
            return alarm
    if ledger.knows_alarm(alarm_id):
        raise UsageProblem(f"Alarm {alarm_id} is over: there is nothing left to acknowledge.")
    raise UsageProblem(f"No alarm {alarm_id} is known; brp-signals watch lists those that stand.")


def _told_alarms(ledger: Ledger) -> list[dict[str, Any]]:
    """The alarms of the newest run, with what people said of them since."""
    said = ledger.acknowledged()
    alarms = []
    for alarm in ledger.told_alarms():
        heard = said.get(alarm["id"])
        alarm["acknowledged"] = alarm["acknowledged"] or heard is not None
        alarm["sentence_nl"] = watch_words.sentence(alarm)
        alarms.append({**alarm, "acknowledged_at": heard and heard[0], "reason": heard and heard[1]})
    return alarms


def _refuse_without_run(state: Path) -> None:
    refuse_open_folder(state, "state")
    if last_run(state) is None:
        raise nothing_published(state)


def _units() -> dict[tuple[str, str], str]:
    """By kind of subject and measure the unit of those that may be told."""
    with unfinished.folder(Path(tempfile.gettempdir()), "brp-signals-watch") as work, Warehouse(work) as warehouse:
        rows = warehouse.fetch("watch/measures.sql")
    return {
        (row["subject_kind"], row["measure"]): row["unit"]
        for row in rows
        if row["is_told"] and row["unit"] not in _UNTOLD
    }


def _is_told(value: WatchedValue, units: Mapping[tuple[str, str], str]) -> bool:
    return (value.subject_kind, value.measure) in units


def _shown(value: WatchedValue, unit: str) -> dict[str, Any]:
    return {
        "scope": list(value.scope),
        "subject_kind": value.subject_kind,
        "subject": value.subject,
        "source": value.source,
        "measure": value.measure,
        "unit": unit,
        "on": value.on_day.isoformat(),
        "value": protected(unit, value.value, value.n),
    }
