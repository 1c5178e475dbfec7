"""Whose an output folder is: one state folder's, and one process's at a time; and whether its ledger is an older one.

`<output>/.owner` names the state folder by a number of its own, drawn by chance, and is the lock as well. An output
folder of an earlier version, which has no such file, belongs to the first state folder that runs there.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from brp_signals.base.errors import RunLocked, UsageProblem
from brp_signals.base.private_files import open_lock, read_small
from brp_signals.publish.commit import holds, newest_shown, sweep_output
from brp_signals.state.ledger import last_run, open_ledger

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


def refuse_older_ledger(state: Path, output: Path) -> None:
    """Refuse a ledger that knows nothing of the newest lists (`why_older`). Raises UsageProblem."""
    last = last_run(state)
    if not last:
        return
    with open_ledger(state) as ledger:
        known = [*ledger.taken_back(), *(run.run_id for run in ledger.runs())]
    if sentence := why_older(state, output, last.run_id, known):
        raise UsageProblem(sentence)


def why_older(state: Path, output: Path, last_run_id: str, known: Sequence[str]) -> str | None:
    """That the ledger does not know the newest lists: a copy was put back, and decisions may be gone with it.

    A run that took the place of an equal one and was cut off shows its forerunner still; names of runs begin with their
    moment, so that this one sorts before it.
    """
    shown = newest_shown(output)
    if shown is None or shown <= last_run_id or shown in known:
        return None
    return (
        f"The ledger in {state.name} does not know the newest lists in {output.name}: its last run is {last_run_id}, "
        f"the lists are of {shown}. Put the newest copy of the ledger back, give the folder that belongs to it with "
        "--output, or accept it once and by hand: `brp-signals run … --accept-rollback REASON`."
    )


def why_foreign(state: Path, output: Path, known: Sequence[str]) -> str | None:
    """That the output folder belongs to another state folder, found without changing anything."""
    owner = mine = None
    with suppress(OSError):
        owner = _owner_in(read_small(output / FILE, _LARGEST).decode(errors="replace"))
    with suppress(OSError):
        mine = read_small(state / IDENTITY, _LARGEST).decode(errors="replace").strip()
    is_ours = not owner or owner == mine or (known and holds(output, known[-1]))
    return None if is_ours else _foreign(state, output)


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
        raise ForeignOutput(_foreign(state, output))


def _foreign(state: Path, output: Path) -> str:
    return (
        f"The output folder {output.name} belongs to another state folder than {state.name}; give the one that "
        f"belongs to it with --state, or another --output. If that state is gone for good, remove {FILE} there."
    )


def _holds_newest(output: Path, state: Path) -> bool:
    last = last_run(state)
    return last is not None and holds(output, last.run_id)


def _owner(lock: IO[str]) -> str | None:
    """The number in the file; None in one that is new, or was cut off while it was written."""
    return _owner_in(lock.read(_LARGEST))


def _owner_in(text: str) -> str | None:
    try:
        return str(json.loads(text)["state"])
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
