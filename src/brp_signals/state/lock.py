"""Let one process at a time work in a state folder, in a work folder that is removed with its run."""

import fcntl
import json
import os
import shutil
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from brp_signals.base.errors import InternalFailure, RunLocked, UsageProblem
from brp_signals.base.private_files import open_lock, refuse_open_folder
from brp_signals.base.unfinished import sweep
from brp_signals.state.ledger import BACKUPS

#: The work folder of a run; it holds register data, and is removed with the run.
WORK: Final = "work"


def lock_state(state: Path) -> IO[str]:
    """Hold the state folder for this process until the file is closed; the system lets go of it when the process ends.

    Raises RunLocked, with who holds it, while another process does, and UsageProblem when others could read it.
    """
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        refuse_open_folder(state, "state")
        lock = open_lock(state / "run.lock")
    except OSError:
        raise UsageProblem(f"The state folder {state.name} cannot be written; check the path and its rights.") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = _owner(lock)
        lock.close()
        raise RunLocked(
            f"Another run{holder} is using the state folder {state.name}; wait until it has ended, then run again."
        ) from None
    for folder in (state, state / BACKUPS):
        sweep(folder)
    owner = {"pid": os.getpid(), "host": socket.gethostname(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
    try:
        lock.truncate(0)
        os.write(lock.fileno(), f"{json.dumps(owner)}\n".encode())
    except OSError as problem:
        lock.close()
        raise could_not_begin(problem) from problem
    return lock


def _owner(lock: IO[str]) -> str:
    """Say in words who holds the lock; empty text when that is not written yet."""
    lock.seek(0)
    try:
        owner = json.loads(lock.read(1000))
        return f" (process {int(owner['pid'])} on {owner['host']}, since {owner['since']})"
    except (ValueError, KeyError, TypeError):
        return ""


def empty_work(state: Path) -> Path:
    """Return the work folder, emptied of what a run that was cut off left in it.

    Raises UsageProblem when something else has its name.
    """
    work = state / WORK
    shutil.rmtree(work, ignore_errors=True)
    try:
        work.mkdir(mode=0o700)
    except FileExistsError:
        raise UsageProblem(f"The folder {state.name}/work is not one that a run made; move it away.") from None
    return work


def could_not_begin(problem: OSError) -> InternalFailure:
    """Return the error about a run that had no place to begin in."""
    return InternalFailure(
        f"The run could not begin, since state or output folder could not be written ({problem.strerror}); nothing was "
        "published: check disk space and rights, then run again."
    )
