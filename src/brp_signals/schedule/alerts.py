"""Alerts: run a command of the user's own when a night fails, or when no delivery has come for days.

The command gets one JSON object on its standard input and nothing from outside on its command line; there is no shell.
Nothing here makes a night fail: a problem becomes one sentence in the log. The same alert is not repeated every night:
it comes again after `REMINDER_DAYS`, or when a night went well in between.
"""

import json
import logging
import os
import signal
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from brp_signals.base.config import LARGEST_FILE, Alerts, load_configuration
from brp_signals.base.dates import today as _today
from brp_signals.base.errors import SignalsError
from brp_signals.base.private_files import read_small, replace_private
from brp_signals.delivery.inbox import date_and_id, deliveries_ahead, night_in_view
from brp_signals.schedule.lifeline import environment_without_prefect

#: The file of the state folder that says which alerts were delivered, and when.
FILE: Final = "alerts.json"
REMINDER_DAYS: Final = 7
TIMEOUT_SECONDS: Final = 30.0

#: Alerts that are sent at once when the same thing happens again after a night that went well.
_OVER_WITH_A_NIGHT: Final = ("night_failed", "night_cancelled", "schedule_stopped")

#: What Prefect says of a run that it cancels because another is busy, and what we say.
_BUSY: Final = "concurrency limit"
_NOT_BEGUN: Final = (
    "A run of the night did not begin, because another one was still busy; see in the log which step of that one takes "
    "so long."
)
_CANCELLED: Final = (
    "A run of the night was cancelled; the lists are whole: those of that run or those of the run before. Run it again "
    "when nobody meant to cancel it."
)

_log = logging.getLogger("brp_signals.alerts")


@dataclass(frozen=True)
class Alert:
    """What happened, without anything about a person. `kind` is `night_failed`, `night_cancelled`, `no_delivery`,
    `delivery_ahead`, `schedule_stopped` or `watch`."""

    kind: str
    sentence: str
    delivery_id: str | None


def night_failed(parameters: Mapping[str, Any], sentence: str) -> None:
    """Alert that a night ended without lists; `parameters` are those of the nightly flow."""
    _tell_of_night("night_failed", parameters, sentence)


def night_cancelled(parameters: Mapping[str, Any], why: str) -> None:
    """Log and alert that a run was cancelled, because another was busy or by hand; `why` is what the scheduler says."""
    sentence = _NOT_BEGUN if _BUSY in why else _CANCELLED
    _log.error("%s", sentence)
    _tell_of_night("night_cancelled", parameters, sentence)


def _tell_of_night(kind: str, parameters: Mapping[str, Any], sentence: str) -> None:
    state, config = parameters.get("state"), parameters.get("config")
    alert = Alert(kind, sentence, _delivery_id(parameters))
    _tell(alert, Path(state or "state"), Path(config) if config else None)


def schedule_stopped(parameters: Mapping[str, Any], sentence: str) -> None:
    """Alert that `serve` came to an end by itself; `parameters` are those of the nights that it served."""
    config = parameters.get("config")
    alert = Alert("schedule_stopped", sentence, None)
    _tell(alert, Path(parameters["state"]), Path(config) if config else None)


def when_overdue(delivery: Path, *, state: Path, config: Path | None) -> None:
    """Alert when `delivery`, the newest of the inbox, is older than `alerts.no_delivery_days`."""
    try:
        days = load_configuration(config).alerts.no_delivery_days
        reference_date, delivery_id = date_and_id(delivery)
    except SignalsError:
        return  # the night itself fails on it and alerts
    if _today() - reference_date > timedelta(days):
        sentence = (
            f"No delivery has come since {delivery_id} of {reference_date.isoformat()}, which is more than {days} days "
            "ago; ask who makes the deliveries, or give [alerts] no_delivery_days another value."
        )
        _log.warning("%s", sentence)
        _tell(Alert("no_delivery", sentence, delivery_id), state, config)


def when_ahead(inbox: Path, *, state: Path, config: Path | None) -> None:
    """Alert of deliveries in the inbox that are passed over, because their reference date is later than tomorrow."""
    for name in deliveries_ahead(inbox):
        sentence = (
            f"Delivery {name} in the inbox is of a day later than tomorrow and is passed over; have it made again."
        )
        _log.warning("%s", sentence)
        _tell(Alert("delivery_ahead", sentence, name), state, config)


def when_changed(
    alarms: Iterable[Mapping[str, Any]], parameters: Mapping[str, Any], *, state: Path, config: Path | None
) -> None:
    """Alert once of what the watch found new in a night that is published; `parameters` are those of the flow."""
    told = " ".join(entry["sentence"] for entry in _delivered_alerts(state) if entry["kind"] == "watch")
    new = [alarm for alarm in alarms if alarm["is_new"] and alarm["id"] not in told]
    if new:
        named = " ".join(f"{alarm['id']}: {alarm['sentence_nl']}" for alarm in new)
        sentence = (
            f"The watch found {len(new)} new change{'s' if len(new) > 1 else ''} in what was delivered; look at "
            f"watch.html, and say with brp-signals watch ack which are as they should be. {named}"
        )
        _log.warning("%s", sentence)
        _tell(Alert("watch", sentence, _delivery_id(parameters)), state, config)


def night_went_well(state: Path) -> None:
    """Forget which failures were reported, so that the next one is reported at once."""
    with suppress(SignalsError):
        _remember(state, [entry for entry in _delivered_alerts(state) if entry["kind"] not in _OVER_WITH_A_NIGHT])


def _delivery_id(parameters: Mapping[str, Any]) -> str | None:
    """Return the id of the delivery of the night; None when it cannot be read."""
    known = night_in_view(parameters)
    return known[1] if known else None


def _tell(alert: Alert, state: Path, config: Path | None) -> None:
    try:
        settings = load_configuration(config).alerts
        if settings.command and not _was_delivered(alert, state):
            _run(settings, alert)
            entry = {**asdict(alert), "told_at": datetime.now(UTC).isoformat(timespec="seconds")}
            _remember(state, [*_delivered_alerts(state), entry])
    except SignalsError as problem:
        _log.error("Alert not delivered: %s", problem)
    except Exception as fault:  # an alert is never worth a night
        _log.error("Alert not delivered: %s.", type(fault).__name__)


def _run(settings: Alerts, alert: Alert) -> None:
    """Run the command; raises UndeliveredAlert when it did not do its work."""
    content = {**asdict(alert), "time": datetime.now(UTC).isoformat(timespec="seconds")}
    name = Path(settings.command[0]).name
    try:
        with subprocess.Popen(  # noqa: S603 -- words of the configuration, no shell
            settings.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=environment_without_prefect(),
        ) as command:
            _hand_over(command, f"{json.dumps(content)}\n".encode())
    except subprocess.TimeoutExpired:
        raise _undelivered(name, f"took longer than {TIMEOUT_SECONDS:g} seconds") from None
    except OSError as problem:
        raise _undelivered(name, f"could not be started ({problem.strerror})") from None
    if command.returncode:
        raise _undelivered(name, f"ended with code {command.returncode}")


def _hand_over(command: "subprocess.Popen[bytes]", content: bytes) -> None:
    """Give the command its input and wait for it; at the time limit, end it with every process that it started."""
    try:
        command.communicate(content, timeout=TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(command.pid, signal.SIGKILL)
        raise


class UndeliveredAlert(SignalsError):
    """The command for alerts did not do its work."""


def _undelivered(name: str, how: str) -> UndeliveredAlert:
    return UndeliveredAlert(f"the command {name} {how}; try it by hand (docs/operations.md, Alerts).")


def _was_delivered(alert: Alert, state: Path) -> bool:
    return any({**asdict(alert), "told_at": entry["told_at"]} == entry for entry in _delivered_alerts(state))


def _delivered_alerts(state: Path) -> list[dict[str, str]]:
    """Return the alerts that were delivered in the last days; a file that cannot be read counts as none."""
    try:
        entries = json.loads(read_small(state / FILE, LARGEST_FILE))
        return [entry for entry in entries if _is_recent(entry["told_at"]) and entry["kind"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _is_recent(told_at: str) -> bool:
    """Whether the alert was delivered in the last days; a clock that was set back does not silence alerts."""
    return timedelta(0) <= datetime.now(UTC) - datetime.fromisoformat(told_at) < timedelta(REMINDER_DAYS)


def _remember(state: Path, entries: list[dict[str, Any]]) -> None:
    if entries or (state / FILE).exists():
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_private(state / FILE, lambda file: file.write(json.dumps(entries, indent=1).encode()))
