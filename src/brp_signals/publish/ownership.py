"""Whose an output folder is: one state folder's, and one process's at a time.

`<output>/.owner` names the state folder by a number of its own, drawn by chance, and is the lock as well. An output
folder of an earlier version, which has no such file, belongs to the first state folder that runs there.
"""

import fcntl
import json
import os
import secrets
from pathlib import Path
from typing import IO, Final

from brp_signals.errors import RunLocked, UsageProblem
from brp_signals.ledger import last_run
from brp_signals.private_files import open_lock
from brp_signals.publish.commit import holds, sweep_output

FILE: Final = ".owner"
#: Of the state folder: its number.
IDENTITY: Final = "identity"
_SCHEMA: Final = "brp-signals/output/1"
_LARGEST: Final = 1000


class ForeignOutput(UsageProblem):
    """The output folder belongs to another state folder."""


def hold_output(output: Path, state: Path, *, adopting: bool = True) -> IO[str] | None:
    """Hold the output folder for this process until the file is closed; None when there is no such folder yet, or,
    without `adopting`, when it is nobody's and does not hold the newest run.

    The state folder must be held already. What an earlier process left half done is removed. Raises RunLocked while
    another process holds it, ForeignOutput when it belongs to another state folder, UsageProblem when it is no folder,
    OSError when it cannot be written.
    """
    if output.exists() and not (output.is_dir() or output.is_file()):
        raise UsageProblem(f"The output folder {output.name} is no folder; check the path.")
    if not output.exists() or not (adopting or (output / FILE).exists() or _holds_newest(output, state)):
        return None
    lock = open_lock(output / FILE)
    _take(lock, output, state)
    sweep_output(output)
    return lock


def _take(lock: IO[str], output: Path, state: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        mine, owner = _identity(state), _owner(lock)
        if owner != mine:
            _refuse_foreign(owner, output, state)
            lock.seek(0)
            lock.truncate()
            lock.write(json.dumps({"schema": _SCHEMA, "state": mine}) + "\n")
            lock.flush()
            os.fsync(lock.fileno())
    except BlockingIOError:
        lock.close()
        raise RunLocked(
            f"Another run is using the output folder {output.name}; wait until it has ended, then run again."
        ) from None
    except BaseException:
        lock.close()
        raise


def _refuse_foreign(owner: str | None, output: Path, state: Path) -> None:
    """A folder that holds this state's newest run is its own, also when a backup brought back an older number."""
    if owner and not _holds_newest(output, state):
        raise ForeignOutput(
            f"The output folder {output.name} belongs to another state folder than {state.name}; give the one that "
            f"belongs to it with --state, or another --output. If that state is gone for good, remove {FILE} there."
        )


def _holds_newest(output: Path, state: Path) -> bool:
    last = last_run(state)
    return last is not None and holds(output, last)


def _owner(lock: IO[str]) -> str | None:
    """The number in the file; None in one that is new, or was cut off while it was written."""
    try:
        return str(json.loads(lock.read(_LARGEST))["state"])
    except (ValueError, KeyError, TypeError):
        return None


def _identity(state: Path) -> str:
    """The number of the state folder, drawn when it has none, or one that was cut off while it was written."""
    with open_lock(state / IDENTITY) as file:
        number = file.read(_LARGEST).strip()
        if not number:
            number = secrets.token_hex(8)
            file.write(f"{number}\n")
            file.flush()
            os.fsync(file.fileno())
    return number
