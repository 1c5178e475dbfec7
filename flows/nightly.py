"""The nightly flow: one task per step of the pipeline, in the pipeline's order.

What Prefect stores for ever is chosen here: paths and dates as parameters, counts as artifacts, and of a
failure the one sentence made for people. Nothing else crosses into its database.
"""

import logging
from datetime import date
from pathlib import Path
from typing import Any

from prefect import Flow, State, flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import FlowRun, TaskRun
from prefect.states import Completed

from brp_signals.base.errors import InternalFailure, SignalsError
from brp_signals.base.logs import listen, step_done
from brp_signals.delivery.inbox import is_published, newest_delivery
from brp_signals.pipeline import STEPS
from brp_signals.schedule.alerts import night_failed, night_went_well, when_ahead, when_overdue
from brp_signals.schedule.lifeline import end_with
from brp_signals.schedule.worker import NightWorker, PassingFailure
from brp_signals.upkeep.purging import purge

#: A night that is not over after this time is ended; the shop opens at eight.
TIME_LIMIT_MINUTES = 180.0

#: Steps that touch files others write or read: a share may be away or a disk full for a moment.
RETRIES = {"delivery": 2, "stage": 2, "publish": 2}
RETRY_SECONDS = 60.0

#: Steps whose counts are worth keeping where people look: what was checked, and what came out.
ARTIFACTS = {"validate": "Validation outcome", "publish": "What was published"}

#: What is said of a run that was asked for with parameters, which it could be by hand or through the API.
FOREIGN = (
    "This run was asked for with parameters, and a served night takes its folders and its configuration from `serve` "
    "alone; ask for it without, or use `brp-signals run`."
)

_log = logging.getLogger("brp_signals.nightly")


def say_so(flow: Any, flow_run: FlowRun, state: State[Any]) -> None:
    """Log one sentence about a night that failed, and alert; Prefect calls hooks with exactly these names."""
    message = state.message or "no more is known"
    tell(flow_run, state, flow_run.parameters, message.partition("exception: ")[2] or message)


def tell(flow_run: FlowRun, state: State[Any], night: dict[str, Any], sentence: str) -> None:
    """Log this sentence about a night that failed, and alert as the configuration of `night` says."""
    listen()
    _log.error("Night %s %s: %s", flow_run.name, state.name, sentence)
    night_failed(night, sentence)


def may_pass(task: Any, task_run: TaskRun, state: State[Any]) -> bool:
    """Try again only what time can mend; a refused delivery stays refused."""
    error = state.result(raise_on_failure=False)
    if isinstance(error, PassingFailure) and task_run.run_count <= task.retries:
        _log.warning("%s This is tried again in %g seconds.", error, task.retry_delay_seconds)
    return isinstance(error, PassingFailure)


@task(cache_policy=NO_CACHE, retry_condition_fn=may_pass)
def step(worker: NightWorker, name: str) -> dict[str, int | str]:
    """Run one step in the night's process; what leaves it is a sentence, never a traceback of data."""
    try:
        counts = worker.run_step(name)
    except SignalsError as problem:
        raise type(problem)(str(problem)) from None
    except Exception as fault:
        raise InternalFailure(f"Step {name} could not be run ({type(fault).__name__}).") from None
    step_done(_log, name, counts)
    if name in ARTIFACTS:
        _show_counts(name, counts)
    return counts


def _show_counts(name: str, counts: dict[str, int | str]) -> None:
    """Keep the counts where people look; a scheduler that cannot take them does not undo the step."""
    try:
        create_table_artifact(
            table=[{"what": what, "count": str(count)} for what, count in counts.items()],
            key=f"nightly-{name}",
            description=ARTIFACTS[name],
        )
    except Exception as fault:
        _log.warning("The counts of %s could not be kept by the scheduler (%s).", name, type(fault).__name__)


@task(name="purge", task_run_name="purge", cache_policy=NO_CACHE)
def purge_after(state: Path, output: Path, config: Path | None) -> None:
    """Remove what is over its term; the night before it is published, whatever becomes of this."""
    try:
        done = purge(state=state, output=output, config=config)
    except SignalsError as problem:
        raise type(problem)(str(problem)) from None
    except Exception as fault:
        raise InternalFailure(f"The purge could not be run ({type(fault).__name__}); run brp-signals purge.") from None
    for sentence in done.sentences():
        _log.info("purge: %s", sentence)


@flow(name="nightly", on_failure=[say_so], on_crashed=[say_so])
def nightly(
    delivery: Path | None = None,
    inbox: Path | None = None,
    reference_date: date | None = None,
    state: Path = Path("state"),
    output: Path = Path("output"),
    config: Path | None = None,
    time_limit_minutes: float = TIME_LIMIT_MINUTES,
) -> Any:
    """Run one delivery through every step; without one, the newest of the inbox unless it is out already."""
    listen()
    chosen = delivery or newest_delivery(inbox or Path("inbox"))
    if delivery is None:
        when_ahead(inbox or Path("inbox"), state=state, config=config)
        when_overdue(chosen, state=state, config=config)
    if delivery is None and is_published(chosen, output):
        nothing = f"Delivery {chosen.name} is published already: nothing to do."
        _log.info(nothing)
        return Completed(message=nothing)
    with NightWorker(
        chosen,
        reference_date=reference_date,
        state=state,
        output=output,
        config=config,
        deadline_seconds=time_limit_minutes * 60,
    ) as worker:
        counts = {name: run_task(worker, name) for name in STEPS}
    night_went_well(state)
    purged = purge_after(state, output, config, return_state=True)
    if purged.is_failed():
        _log.error("Night published, but not purged: %s", purged.result(raise_on_failure=False))
    return counts["publish"]


def served(night: dict[str, Any], service: int) -> Flow[[], Any]:
    """The flow as `serve`, the process `service`, runs it: always this night, whatever a request asks for.

    It has no parameters, so that who may ask for a run cannot say with which configuration or where it writes; a
    request with some is refused before anything starts. Prefect hands the flow as it stands here to the process of a
    run, so that nothing of it passes through the server.
    """

    def say_so_here(flow: Any, flow_run: FlowRun, state: State[Any]) -> None:
        message = state.message or "no more is known"
        sentence = FOREIGN if flow_run.parameters else message.partition("exception: ")[2] or message
        tell(flow_run, state, night, sentence)

    @flow(name=nightly.name, on_failure=[say_so_here], on_crashed=[say_so_here])
    def scheduled() -> Any:
        """Run the newest delivery of the inbox, unless its lists are out already."""
        end_with(service)
        return nightly.fn(**night)

    return scheduled


def run_task(worker: NightWorker, name: str) -> dict[str, int | str]:
    """Run a step as a task that carries the step's word."""
    retries = RETRIES.get(name, 0)
    return step.with_options(name=name, task_run_name=name, retries=retries, retry_delay_seconds=RETRY_SECONDS)(
        worker, name
    )
