"""The whole path of a night, as plain calls: this is what the command line and the Prefect flow both run."""

import logging
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from brp_signals.base.config import load_configuration
from brp_signals.base.errors import DeliveryRefused, InternalFailure, SignalsError, Stopped, UsageProblem
from brp_signals.base.logs import step_done
from brp_signals.base.private_files import unwritable
from brp_signals.base.reason_text import checked_reason
from brp_signals.base.sealing import PLAIN, Handover
from brp_signals.base.warehouse import Warehouse
from brp_signals.publish import output as publish
from brp_signals.publish import steward_words, watch_words
from brp_signals.publish.commit import hide, refuse_open_output, repair
from brp_signals.publish.in_dutch import in_dutch
from brp_signals.publish.ownership import hold_output, refuse_older_ledger
from brp_signals.state.learned_weights import with_learned
from brp_signals.state.ledger import FILE, Run, last_run, nothing_published, open_ledger
from brp_signals.state.lock import could_not_begin, empty_work, lock_state
from brp_signals.state.memory_files import missing, remembered
from brp_signals.steps import absence, cases, control, delivery, facts, rank, recall, rules, stage, validate, watch
from brp_signals.steps.night import Night

_log = logging.getLogger("brp_signals.night")

RUN_SCHEMA: Final = "brp-signals/run/1"
_STEPS: Final[dict[str, Callable[[Night], dict[str, Any]]]] = {
    "delivery": delivery.run,
    "recall": recall.run,
    "stage": stage.run,
    "absence": absence.run,
    "validate": validate.run,
    "watch": watch.run,
    "facts": facts.run,
    "rules": rules.run,
    "cases": cases.run,
    "control": control.run,
    "rank": rank.run,
    "publish": publish.run,
}
#: The order of the night, in one word a step.
STEPS: Final = tuple(_STEPS)

#: What the scheduler gets of an alarm, with its sentence.
_TOLD_OUTSIDE: Final = ("id", "detector", "subject_kind", "subject", "consequence", "is_new")

#: The database's share of the memory that a run may hold. Of 1 GB the libraries take three tenths, lists one more, and
#: a database's allocator keeps nearly as much again as the database accounts for.
_DATABASE = 0.3


class OpenNight:
    """A run that has its lock and its work folder, and takes its steps one by one."""

    def __init__(self, night: Night, lock: IO[str], output_lock: IO[str] | None) -> None:
        self.night = night
        self._lock, self._output_lock = lock, output_lock
        self._umask = os.umask(0o077)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run_step(self, name: str) -> dict[str, Any]:
        """Take one step; returns its counts, which hold no personal value.

        Raises one of `brp_signals.base.errors`, each with a sentence for people.
        """
        account = self.night.account
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            if name == "publish":
                self._hold_new_output()
            with told_as_published(self.night):
                counts = _STEPS[name](self.night)
        except OSError as problem:
            raise InternalFailure(
                f"Step {name} could not read or write a file ({problem.strerror or type(problem).__name__}); nothing "
                "was published: check disk space and rights, then run again."
            ) from problem
        account["seconds"][name] = round(time.perf_counter() - wall, 3)
        account["cpu_seconds"][name] = round(time.process_time() - cpu, 3)
        return counts

    @property
    def alarms(self) -> list[dict[str, Any]]:
        """What the watch found and nobody acknowledged, as the scheduler and alerts may know it: what changed at which
        school or source, and the sentence; numbers of lists, nothing of a person.
        """
        return [
            {**{name: alarm[name] for name in _TOLD_OUTSIDE}, "sentence_nl": watch_words.sentence(alarm)}
            for alarm in self.night.account.get("watch", ())
            if not alarm["acknowledged"]
        ]

    def _hold_new_output(self) -> None:
        """Make the output folder where there was none when the run began, and hold it."""
        if self._output_lock is None:
            self.night.output.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._output_lock = hold_output(self.night.output, self.night.state)

    def close(self) -> None:
        """Throw the database away and release the locks."""
        self.night.warehouse.close()
        shutil.rmtree(self.night.work, ignore_errors=True)
        os.umask(self._umask)
        for lock in (self._output_lock, self._lock):
            if lock:
                lock.close()


def open_night(
    delivery: Path,
    *,
    reference_date: date | None = None,
    state: Path = Path("state"),
    output: Path = Path("output"),
    config: Path | None = None,
    handover: Handover = PLAIN,
    threads: int | None = None,
    accept_drift: str | None = None,
    accept_rollback: str | None = None,
    sql_overrides: dict[str, str] | None = None,
) -> OpenNight:
    """Prepare a run of one delivery: configuration, lock, work folder and an empty database.

    Raises UsageProblem for a wrong configuration or folder and RunLocked while another run uses `state` or `output`.
    """
    configuration = load_configuration(config)
    refuse_open_output(output)
    lock, output_lock = lock_state(state), None
    try:
        chosen = with_learned(configuration, state)
        output_lock = hold_output(output, state)
        if not accept_rollback:
            refuse_older_ledger(state, output)
        finish_last_run(state, output)
        work = empty_work(state)
        warehouse = Warehouse(
            work,
            reach=[delivery, *remembered(state)],
            memory_limit=chosen.memory_share(_DATABASE),
            threads=threads,
            sql_overrides=sql_overrides,
        )
    except BaseException as problem:
        for held in (output_lock, lock):
            if held:
                held.close()
        if isinstance(problem, OSError):
            raise could_not_begin(problem) from problem
        raise
    account: dict[str, Any] = {
        "schema": RUN_SCHEMA,
        "run_id": f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}",
        "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "learned_weights": chosen is not configuration,
        **({"accepted_rollback": accept_rollback} if accept_rollback else {}),
        "seconds": {},
        "cpu_seconds": {},
    }
    night = Night(
        folder=delivery,
        state=state,
        output=output,
        work=work,
        configuration=chosen,
        warehouse=warehouse,
        requested_date=reference_date,
        handover=handover,
        accepted_drift=accept_drift,
        account=account,
    )
    return OpenNight(night, lock, output_lock)


def run(
    delivery: Path,
    *,
    reference_date: date | None = None,
    state: Path = Path("state"),
    output: Path = Path("output"),
    config: Path | None = None,
    handover: Handover = PLAIN,
    threads: int | None = None,
    accept_drift: str | None = None,
    accept_rollback: str | None = None,
    on_step: Callable[[str], None] = lambda name: None,
) -> dict[str, Any]:
    """Run a whole night; returns the published step's result with the account of the run as `account`."""
    night = open_night(
        delivery,
        reference_date=reference_date,
        state=state,
        output=output,
        config=config,
        handover=handover,
        threads=threads,
        accept_drift=accept_drift,
        accept_rollback=accept_rollback,
    )
    with told_as_published(night.night), night:
        result: dict[str, Any] = {}
        for name in STEPS:
            on_step(name)
            result = night.run_step(name)
            step_done(_log, name, result)
        return {**result, "account": night.night.account}


@contextmanager
def told_as_published(night: Night) -> Iterator[None]:
    """Let nothing that goes wrong after the ledger's commit, the instant of publishing, pass for a night without lists.

    Raises InternalFailure, or Stopped for a person's interruption, once the ledger holds the run.
    """
    try:
        yield
    except SignalsError:
        raise
    except (Exception, KeyboardInterrupt) as problem:
        if not _is_recorded(night):
            raise
        if isinstance(problem, KeyboardInterrupt):
            raise Stopped(
                "Stopped when the run was in the ledger already; nothing is lost: any next start shows its lists whole."
            ) from problem
        why = getattr(problem, "strerror", None) or type(problem).__name__
        raise InternalFailure(
            f"The run is in the ledger but could not be shown whole ({why}); nothing is lost: check disk space and "
            "rights of the output folder, then run again."
        ) from problem


def _is_recorded(night: Night) -> bool:
    try:
        last = last_run(night.state)
    except SignalsError:
        return False
    return last is not None and last.run_id == night.account["run_id"]


def check(
    delivery: Path, *, config: Path | None, state: Path, findings: Path | None = None
) -> tuple[dict[str, Any], DeliveryRefused | None]:
    """Take the steps up to and including validation and publish nothing.

    Returns the account of the run as far as it came, and the refusal when the delivery is refused. In the folder
    `findings` it writes where the rows are that checks name, once there are checks.
    """
    with open_night(delivery, state=state, output=state, config=config) as night:
        account = night.night.account
        try:
            for name in STEPS[: STEPS.index("validate") + 1]:
                night.run_step(name)
        except DeliveryRefused as refusal:
            account["alarms"] = [in_dutch(str(refusal)), *steward_words.about_schools(account)]
            return account, refusal
        else:
            account["alarms"] = steward_words.about_schools(account)
            return account, None
        finally:
            if findings and "checks" in account:
                _write_findings(night.night, findings / publish.FINDINGS)


def _write_findings(night: Night, path: Path) -> None:
    try:
        publish.write_findings(night, path)
    except OSError as problem:
        raise unwritable(path, problem) from None


def finish_last_run(state: Path, output: Path) -> None:
    """Show the run that the ledger names last, where an earlier process was cut off before it could."""
    if not (state / FILE).is_file():
        return
    with open_ledger(state) as ledger:
        hide(output, ledger.taken_back())
        if last := ledger.last_run():
            repair(output, last, ledger.lists_of_sealed())


def undo(run: str, reason: str, *, state: Path, output: Path) -> Run:
    """Take back the newest run, given by its id or by that of its delivery, and return it; the run before shows again.

    What people decided stays. Killed at any moment it is done or not done: the ledger's commit is the instant, and the
    next start puts the output right. Raises UsageProblem when `run` is not the newest run, or when it is the only one
    and people decided on its cases, and RunLocked while another run uses `state`.
    """
    reason = checked_reason(reason, "--reason")
    refuse_open_output(output)
    with lock_state(state), hold_output(output, state, adopting=False) or nullcontext():
        refuse_older_ledger(state, output)
        finish_last_run(state, output)
        last = last_run(state)
        if last is None:
            raise nothing_published(state)
        if run not in (last.run_id, last.delivery_id):
            raise UsageProblem(
                f"Only the newest run can be taken back: {last.run_id}, of delivery {last.delivery_id} and reference "
                f"date {last.reference_date.isoformat()}; give that name."
            )
        with open_ledger(state) as ledger:
            if last.run_no == 1 and ledger.is_decided_on(last.run_no):
                raise UsageProblem(
                    f"Run {last.run_id} is the first one and people decided on its cases, which would be lost; keep "
                    "this state folder and begin with an empty one (--state) and another --output."
                )
            _refuse_forgotten_lists(state, last, ledger.runs())
            ledger.undo(last, datetime.now(UTC).isoformat(timespec="seconds"), reason)
        finish_last_run(state, output)
    return last


def _refuse_forgotten_lists(state: Path, last: Run, runs: Sequence[Run]) -> None:
    """Refuse to go back to a run that could not be run again: the lists it was made from are remembered no more."""
    memories = [run.enrolment_memory for run in runs if run.run_no < last.run_no]
    if missing(state, chain.from_iterable(memories[-2:])):
        raise UsageProblem(
            f"Run {last.run_id} cannot be taken back: the school lists that the run before it was made from are no "
            "longer remembered, since another run was taken back before; run a delivery that is right, or put back a "
            "backup of the state folder."
        )
