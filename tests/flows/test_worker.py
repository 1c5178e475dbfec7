"""The night's process: it can be ended at any instant, and whatever happens arrives as one clean sentence."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from brp_signals.base.errors import DeliveryRefused, InternalFailure, UsageProblem
from brp_signals.schedule.worker import NightWorker, PassingFailure

from .conftest import LIMIT_MINUTES, ROOT, MakeWorker, wait_for
from .nights import CANARY


def is_alive(process_id: int) -> bool:
    try:
        stat = Path(f"/proc/{process_id}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_steps_give_their_counts_and_closing_closes_the_night(worker_of: MakeWorker, tmp_path: Path) -> None:
    worker = worker_of("quiet")
    assert worker.run_step("delivery") == {"rows": 7}
    assert worker.run_step("publish") == {"output": str(tmp_path / "output"), "L-02": 3}
    child = worker.process_id
    worker.close()
    assert (tmp_path / "state" / "closed.txt").exists()
    assert child is not None and not is_alive(child)


@pytest.mark.usefixtures("clock_of_the_query")
def test_the_time_limit_ends_a_process_that_is_inside_a_query(worker_of: MakeWorker, tmp_path: Path) -> None:
    worker = worker_of("endless", deadline_seconds=LIMIT_MINUTES * 60)
    worker.run_step("delivery")
    child = worker.process_id
    with pytest.raises(InternalFailure) as stopped:
        worker.run_step("facts")
    assert time.time() - (tmp_path / "state" / "in_query.txt").stat().st_mtime < 30  # half a second, and a busy machine
    assert f"took longer than {LIMIT_MINUTES} minutes and was stopped in step facts" in str(stopped.value)
    assert "nothing was published" in str(stopped.value)
    assert child is not None and not is_alive(child)


def test_a_killed_process_is_told_in_a_sentence(worker_of: MakeWorker, tmp_path: Path) -> None:
    worker = worker_of("endless")
    worker.run_step("delivery")

    def kill() -> None:
        wait_for((tmp_path / "state" / "in_query.txt").exists)
        os.kill(worker.process_id or 0, signal.SIGKILL)

    threading.Thread(target=kill).start()
    with pytest.raises(InternalFailure, match=r"ended by signal 9 \(the machine may have run out of memory\)"):
        worker.run_step("facts")


def test_a_process_that_ends_by_itself_is_told_in_a_sentence(worker_of: MakeWorker) -> None:
    with pytest.raises(InternalFailure, match="ended with code 9 in step rules; nothing was published"):
        worker_of("dying").run_step("rules")


def test_a_night_killed_while_publishing_does_not_claim_that_nothing_was_published() -> None:
    from brp_signals.schedule import worker

    assert "nothing was published" not in worker._died("publish", -9)


def test_the_process_ends_when_its_parent_is_killed_in_the_middle_of_a_query(tmp_path: Path) -> None:
    parent_code = (
        "import sys; from pathlib import Path; from brp_signals.schedule.worker import NightWorker\n"
        "here = Path(sys.argv[1])\n"
        "worker = NightWorker(here, state=here, output=here, deadline_seconds=60,"
        " open_night='tests.flows.nights:endless')\n"
        "worker.run_step('delivery'); print(worker.process_id, flush=True); worker.run_step('facts')\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", parent_code, str(tmp_path)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT) + os.pathsep + os.environ.get("PYTHONPATH", "")},
    )
    with parent:
        child = int((parent.stdout or sys.stdin.buffer).readline())
        assert wait_for((tmp_path / "in_query.txt").exists)
        assert is_alive(child)
        parent.kill()
    assert wait_for(lambda: not is_alive(child), seconds=5)


def test_a_refused_delivery_stays_refused(worker_of: MakeWorker) -> None:
    with pytest.raises(DeliveryRefused, match="has another hash than the manifest") as refused:
        worker_of("refusing").run_step("delivery")
    assert refused.value.exit_code == 3


def test_a_fault_tells_where_it_is_and_never_what_it_read(worker_of: MakeWorker) -> None:
    with pytest.raises(InternalFailure) as fault:
        worker_of("faulty").run_step("stage")
    sentence = str(fault.value)
    assert "Step stage failed on a fault in the software (ValueError at nights.py line" in sentence
    assert CANARY not in sentence
    assert not isinstance(fault.value, PassingFailure)
    assert fault.value.__cause__ is None and fault.value.__context__ is None


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [("shaky", "could not read or write a file"), ("wrapped_shaky", "The disk is full.")],
)
def test_a_failure_of_the_machine_may_pass(worker_of: MakeWorker, kind: str, sentence: str) -> None:
    with pytest.raises(PassingFailure, match=sentence) as failure:
        worker_of(kind).run_step("stage")
    assert CANARY not in str(failure.value)
    assert failure.value.exit_code == 5


def test_a_second_attempt_starts_a_new_night_and_repeats_what_came_before(
    worker_of: MakeWorker, tmp_path: Path
) -> None:
    worker = worker_of("shaky")
    worker.run_step("delivery")
    worker.run_step("recall")
    first = worker.process_id
    with pytest.raises(PassingFailure):
        worker.run_step("stage")
    assert first is not None and not is_alive(first)
    assert worker.run_step("stage") == {"rows": 7}
    steps = (tmp_path / "state" / "steps.txt").read_text().split()
    assert steps == ["delivery", "recall", "stage", "delivery", "recall", "stage"]


def test_a_time_limit_of_nothing_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem):
        NightWorker(tmp_path, state=tmp_path, output=tmp_path, deadline_seconds=0)


def test_a_process_started_ahead_takes_the_next_night(worker_of: MakeWorker) -> None:
    from brp_signals.schedule import worker

    night = worker_of("quiet")
    worker.start_ahead()
    (ahead,) = worker._waiting
    assert night.run_step("delivery") == {"rows": 7}
    assert night.process_id == ahead.process_id
    assert worker._waiting == []
