"""The nightly flow: one task for each step of the pipeline, in its order.

This folder chooses what Prefect stores: paths and dates as parameters, counts and paths as artifacts, and of a failure
the one sentence for people. Nothing else enters its database.
"""

import logging
from datetime import date
from pathlib import Path
from typing import Any, Final

from prefect import Flow, State, flow
from prefect.client.schemas.objects import FlowRun
from prefect.runtime import flow_run as this_run
from prefect.states import Completed

from brp_signals.base.logs import listen
from brp_signals.delivery.inbox import is_published, newest_delivery
from brp_signals.schedule.alerts import (
    night_cancelled,
    night_failed,
    night_went_well,
    when_ahead,
    when_changed,
    when_overdue,
)
from brp_signals.schedule.lifeline import end_with
from brp_signals.schedule.worker import Counts, NightWorker
from flows import steps
from flows.kept import keep_alarm_events, keep_event, keep_lists, night_name

#: A night that is not over after this time is ended; the shop opens at eight.
TIME_LIMIT_MINUTES: Final = 180.0

#: The tag of every run of a night, so that one filter finds them all.
TAGS: Final = ("brp-signals",)

#: The answer to a request with parameters, made by hand or through the API.
FOREIGN: Final = (
    "This run was asked for with parameters, and a served night takes its folders and its configuration from `serve` "
    "alone; ask for it without, or use `brp-signals run`."
)

_log = logging.getLogger("brp_signals.nightly")


def say_so(flow: Any, flow_run: FlowRun, state: State[Any]) -> None:
    """Report a night that failed; Prefect calls hooks with exactly these argument names."""
    tell(flow_run.parameters, state, _sentence(state))


def say_cancelled(flow: Any, flow_run: FlowRun, state: State[Any]) -> None:
    """Alert that a busy night was cancelled by hand."""
    listen()
    night_cancelled(flow_run.parameters, state.message or "")


def tell(night: dict[str, Any], state: State[Any], sentence: str) -> None:
    """Log this sentence about a night that failed, alert as the configuration of `night` says, and emit the event."""
    listen()
    _log.error("Night %s %s: %s", night_name(night), state.name, sentence)
    night_failed(night, sentence)
    keep_event("refused" if sentence.startswith("DeliveryRefused: ") else "failed", night, {"sentence": sentence})


def _sentence(state: State[Any]) -> str:
    message = state.message or "no more is known"
    return message.partition("exception: ")[2] or message


@flow(
    name="nightly",
    flow_run_name=lambda: night_name(this_run.parameters),
    on_failure=[say_so],
    on_crashed=[say_so],
    on_cancellation=[say_cancelled],
)
def nightly(
    delivery: Path | None = None,
    inbox: Path | None = None,
    reference_date: date | None = None,
    state: Path = Path("state"),
    output: Path = Path("output"),
    config: Path | None = None,
    time_limit_minutes: float = TIME_LIMIT_MINUTES,
) -> Any:
    """Run one delivery through every step and publish its lists.

    Args:
        delivery: Folder of the delivery to run; without one, the newest of the inbox unless its lists are out already.
        inbox: Folder in which deliveries arrive; by default `inbox`.
        reference_date: Day that the lists are about, instead of the one in the manifest.
        state: Folder of the ledger, for the service alone.
        output: Folder in which the lists are published.
        config: File with the configuration; without one the defaults hold and no trace source counts.
        time_limit_minutes: After so many minutes the night is ended and nothing is published.
    """
    listen()
    chosen = delivery or newest_of(inbox or Path("inbox"), state, config)
    if delivery is None and is_published(chosen, output):
        nothing = f"Delivery {chosen.name} is published already: nothing to do."
        _log.info(nothing)
        return Completed(message=nothing)
    seconds = time_limit_minutes * 60
    with NightWorker(
        chosen, reference_date=reference_date, state=state, output=output, config=config, deadline_seconds=seconds
    ) as night:
        published = run_steps(night)
    night_went_well(state)
    tell_published(night, published, {"delivery": chosen, "reference_date": reference_date}, state, config)
    purged = steps.purge(state, output, config, return_state=True)
    if purged.is_failed():
        _log.error("Night published, but not purged: %s", purged.result(raise_on_failure=False))
    return published


def tell_published(
    night: NightWorker, published: Counts, parameters: dict[str, Any], state: Path, config: Path | None
) -> None:
    """Keep where the lists are, and tell whoever listens of them and of what the watch found new."""
    keep_lists(published)
    keep_event("published", parameters, published)
    keep_alarm_events(night.alarms, parameters)
    when_changed(night.alarms, parameters, state=state, config=config)


def newest_of(inbox: Path, state: Path, config: Path | None) -> Path:
    """The newest delivery of the inbox; alerts when it is old, and of those that are passed over."""
    newest = newest_delivery(inbox)
    when_ahead(inbox, state=state, config=config)
    when_overdue(newest, state=state, config=config)
    return newest


def run_steps(night: NightWorker) -> Counts:
    """Take the night through its steps; returns what was published, in counts."""
    steps.delivery(night)
    steps.recall(night)
    steps.stage(night)
    steps.absence(night)
    steps.validate(night)
    steps.watch(night)
    steps.facts(night)
    steps.rules(night)
    steps.cases(night)
    steps.control(night)
    steps.rank(night)
    return steps.publish(night)


def served(night: dict[str, Any], service: int) -> Flow[[], Any]:
    """The flow as `serve`, the process `service`, runs it: always this night, whatever a request asks for.

    It has no parameters, so that whoever may ask for a run cannot choose its configuration or where it writes; a
    request with parameters is refused before anything starts. Prefect hands this very flow to the process of a run, so
    that no part of it passes through the server. `serve` reports cancelled runs, since it sees them all.
    """

    def say_so_here(flow: Any, flow_run: FlowRun, state: State[Any]) -> None:
        tell(night, state, FOREIGN if flow_run.parameters else _sentence(state))

    @flow(
        name=nightly.name,
        flow_run_name=lambda: night_name(night),
        on_failure=[say_so_here],
        on_crashed=[say_so_here],
    )
    def scheduled() -> Any:
        """Run the newest delivery of the inbox, unless its lists are out already."""
        end_with(service)
        return nightly.fn(**night)

    return scheduled
