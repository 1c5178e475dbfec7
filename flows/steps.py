"""The steps of a night as tasks, one for each step and named after it, and the purge after them.

The night's process does the work; a task returns counts or one sentence, never a traceback with data.
"""

import logging
from pathlib import Path
from typing import Any, Final

from prefect import State, Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun

from brp_signals.base.errors import InternalFailure, SignalsError
from brp_signals.base.logs import step_done
from brp_signals.schedule.worker import Counts, NightWorker, PassingFailure
from brp_signals.upkeep.purging import purge as purge_now
from flows.kept import keep_alarms, keep_counts

#: For steps that use files of other programs: a share may be away or a disk full for a moment.
RETRIES: Final = 2
RETRY_SECONDS: Final = 60.0

_log = logging.getLogger("brp_signals.nightly")


def may_pass(task: Any, task_run: TaskRun, state: State[Any]) -> bool:
    """Try again only what may be over later; a refused delivery stays refused."""
    error = state.result(raise_on_failure=False)
    if isinstance(error, PassingFailure) and task_run.run_count <= task.retries:
        _log.warning("%s This is tried again in %g seconds.", error, task.retry_delay_seconds)
    return isinstance(error, PassingFailure)


def _tried_again(step: Task[[NightWorker], Counts]) -> Task[[NightWorker], Counts]:
    """Return the same task, which is tried again when its failure may be over later."""
    return step.with_options(retries=RETRIES, retry_delay_seconds=RETRY_SECONDS, retry_condition_fn=may_pass)


@_tried_again
@task(task_run_name="delivery", cache_policy=NO_CACHE)
def delivery(night: NightWorker) -> Counts:
    """Hold the files against the manifest: hashes, rows, columns."""
    return _run(night, "delivery")


@task(task_run_name="recall", cache_policy=NO_CACHE)
def recall(night: NightWorker) -> Counts:
    """Bring back what earlier nights and decisions of staff left in the ledger."""
    return _run(night, "recall")


@_tried_again
@task(task_run_name="stage", cache_policy=NO_CACHE)
def stage(night: NightWorker) -> Counts:
    """Read the rows, set aside those that cannot be read, find the children to look at."""
    return _run(night, "stage")


@task(task_run_name="absence", cache_policy=NO_CACHE)
def absence(night: NightWorker) -> Counts:
    """Find children who are on no school list, when the configuration asks for it."""
    return _run(night, "absence")


@task(task_run_name="validate", cache_policy=NO_CACHE)
def validate(night: NightWorker) -> Counts:
    """Let Great Expectations judge the delivery; the outcome is kept as an artifact."""
    counts = _run(night, "validate")
    keep_counts("validate", "Validation outcome", counts)
    return counts


@task(task_run_name="watch", cache_policy=NO_CACHE)
def watch(night: NightWorker) -> Counts:
    """Hold the numbers of tonight against those of earlier nights; what changed is kept as an artifact."""
    counts = _run(night, "watch")
    keep_alarms(counts, night.alarms)
    return counts


@task(task_run_name="facts", cache_policy=NO_CACHE)
def facts(night: NightWorker) -> Counts:
    """Derive departures, days and signs from the valid rows."""
    return _run(night, "facts")


@task(task_run_name="rules", cache_policy=NO_CACHE)
def rules(night: NightWorker) -> Counts:
    """Gather the evidence that each rule finds."""
    return _run(night, "rules")


@task(task_run_name="cases", cache_policy=NO_CACHE)
def cases(night: NightWorker) -> Counts:
    """Make one case of all evidence about one departure."""
    return _run(night, "cases")


@task(task_run_name="control", cache_policy=NO_CACHE)
def control(night: NightWorker) -> Counts:
    """Draw the control sample by chance."""
    return _run(night, "control")


@task(task_run_name="rank", cache_policy=NO_CACHE)
def rank(night: NightWorker) -> Counts:
    """Put the cases in the order in which to look at them."""
    return _run(night, "rank")


@_tried_again
@task(task_run_name="publish", cache_policy=NO_CACHE)
def publish(night: NightWorker) -> Counts:
    """Write lists, report and ledger, all or nothing; the counts are kept as an artifact."""
    counts = _run(night, "publish")
    keep_counts("publish", "What was published", counts)
    return counts


@task(task_run_name="purge", cache_policy=NO_CACHE)
def purge(state: Path, output: Path, config: Path | None) -> None:
    """Remove what is over its term; the night before it is published, whatever becomes of this."""
    try:
        done = purge_now(state=state, output=output, config=config)
    except SignalsError as problem:
        raise type(problem)(str(problem)) from None
    except Exception as fault:
        raise InternalFailure(f"The purge could not be run ({type(fault).__name__}); run brp-signals purge.") from None
    for sentence in done.sentences():
        _log.info("purge: %s", sentence)


def _run(night: NightWorker, name: str) -> Counts:
    """Run one step in the night's process. Raises the step's error, without the errors that led to it."""
    try:
        counts = night.run_step(name)
    except SignalsError as problem:
        raise type(problem)(str(problem)) from None
    except Exception as fault:
        raise InternalFailure(f"Step {name} could not be run ({type(fault).__name__}).") from None
    step_done(_log, name, counts)
    return counts
