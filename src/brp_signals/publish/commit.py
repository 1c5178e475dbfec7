"""All or nothing: a run is written beside what is published, synced, recorded in the ledger, and then shown.

`<output>/.runs/<run id>/` holds the files; `<output>/<delivery_id>` and `<output>/latest` are links. Each link is
swapped by one rename, so readers see the old run or the new one, never half. The ledger's commit is the instant at
which a run exists: the next start removes what is ready but not recorded, and shows what is recorded but not shown.
"""

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from brp_signals.base.errors import InternalFailure, UsageProblem
from brp_signals.base.private_files import open_ordinary, refuse_open_folder, sync
from brp_signals.base.sealing import AGE_SUFFIX, Recipients, seal
from brp_signals.base.unfinished import SUFFIX
from brp_signals.publish.kinds import KINDS
from brp_signals.state.ledger import Run

_RUNS = ".runs"
LATEST = "latest"
#: The folder of a run for children under a secrecy indication.
SEALED = "sealed"
#: The lists of a run over all municipalities.
_OVER_ALL = tuple(name for kind in KINDS for name in kind.over_all)


def refuse_open_output(output: Path) -> None:
    """Refuse an output folder in which another user could put lists, or catch ours; who may read is the operator's say.

    Raises UsageProblem. The sealed lists are for their owner alone whatever stands on the folder above them.
    """
    for folder in (output, output / _RUNS):
        refuse_open_folder(folder, "output", may_be_read=True)


@contextmanager
def made_ready(output: Path, delivery_id: str, run_id: str) -> Iterator[Path]:
    """A folder to write into; when the block ends without an error it is whole and on the disk, but shown to nobody."""
    runs = output / _RUNS
    runs.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in (delivery_id, LATEST):
        if (output / name).exists() and not (output / name).is_symlink():
            raise UsageProblem(f"{name} in the output folder is not a link that a run made; move it away first.")
    folder = runs / f".{run_id}{SUFFIX}"
    folder.mkdir(mode=0o700)
    yield folder
    # One sync of everything is far cheaper than one for each of the files of a whole country.
    os.sync()
    folder.rename(runs / run_id)
    sync(runs)


def show(output: Path, delivery_id: str, run_id: str) -> None:
    """Let `<output>/<delivery_id>` and `latest` name a run that is ready, and remove what nothing names any more."""
    _swap(output, delivery_id, Path(_RUNS) / run_id)
    _swap(output, LATEST, Path(delivery_id))
    _remove_unlinked(output)


def remove_lists(output: Path, lists: Iterable[tuple[str, str]]) -> None:
    """Remove the ordinary lists of these runs and municipalities, and those over all municipalities with them.

    Report and sealed lists of the runs stay. Safe to be cut off and repeated.
    """
    for run_id, municipality_code in lists:
        folder = output / _RUNS / run_id
        if folder.is_dir():
            shutil.rmtree(folder / municipality_code, ignore_errors=True)
            for name in _OVER_ALL:
                for file in (folder / name, folder / f"{name}{AGE_SUFFIX}"):
                    file.unlink(missing_ok=True)


def repair(output: Path, last: Run, lists_of_sealed: Iterable[tuple[str, str]]) -> None:
    """Finish what a run that was cut off left: show the ledger's last run, remove runs that the ledger never knew and
    older lists (`remove_lists`) of children who are under secrecy now.

    Does nothing in an output folder that does not hold the last run.
    """
    if not holds(output, last.run_id):
        return
    folder = output / _RUNS / last.run_id
    links = [output / name for name in (last.delivery_id, LATEST)]
    if all(link.is_symlink() and link.resolve() == folder.resolve() for link in links):
        _remove_unlinked(output)
    else:
        show(output, last.delivery_id, last.run_id)
    remove_lists(output, lists_of_sealed)


def hide(output: Path, run_ids: Iterable[str]) -> None:
    """Remove these runs with the links that show them, links first. Safe to be cut off and repeated."""
    hidden = {(output / _RUNS / run_id).resolve() for run_id in run_ids}
    if not any(folder.is_dir() for folder in hidden):
        return
    links = [link for link in output.iterdir() if link.is_symlink() and link.resolve() in hidden]
    # `latest` leads through the link of its delivery, so it goes first.
    for link in sorted(links, key=lambda link: link.name != LATEST):
        link.unlink()
    _remove_unlinked(output)


def newest_shown(output: Path) -> str | None:
    """The id of the run that `latest` shows; None without one."""
    latest = output / LATEST
    return latest.resolve().name if latest.is_symlink() and latest.is_dir() else None


def sweep_output(output: Path) -> None:
    """Remove what a process that was cut off left half done in an output folder that this process holds."""
    for folder in (output / _RUNS).glob(f".*{SUFFIX}"):
        shutil.rmtree(folder, ignore_errors=True)
    for link in output.glob(".*.next"):
        if link.is_symlink():
            link.unlink()


def holds(output: Path, run_id: str) -> bool:
    """Whether this run was published in this output folder: one output folder belongs to one state folder."""
    return (output / _RUNS / run_id).is_dir()


def remove_dated(output: Path, before: date) -> int:
    """Remove the runs about a day before `before`, links first; returns how many. Safe to be cut off and repeated.

    Raises InternalFailure when a run does not say what day it is about.
    """
    runs = (output / _RUNS).resolve()
    shown = {link: link.resolve() for link in output.iterdir() if link.is_symlink() and link.resolve().parent == runs}
    over = {folder for folder in set(shown.values()) if _reference_date(folder) < before}
    # `latest` leads through the link of its delivery, so it goes first.
    for link in sorted(shown, key=lambda link: link.name != LATEST):
        if shown[link] in over:
            link.unlink()
    _remove_unlinked(output)
    return len(over)


def _reference_date(folder: Path) -> date:
    """The day a published run looked from."""
    try:
        return date.fromisoformat(json.loads(_account(folder))["reference_date"])
    except (OSError, ValueError, KeyError, TypeError):
        raise InternalFailure(
            f"The run {folder.name} in the output folder does not say its date (run.json), so its term is not known; "
            "look into that folder and remove it by hand."
        ) from None


def _account(folder: Path) -> bytes:
    with open_ordinary(folder / "run.json") as stream:
        return stream.read()


def write_list(path: Path, content: bytes, recipients: Recipients) -> None:
    """Write one file of a list; for recipients as `<name>.age`, so that its plain form never touches the disk."""
    if recipients:
        path, content = path.with_name(f"{path.name}{AGE_SUFFIX}"), seal(content, recipients)
    path.write_bytes(content)


def _swap(output: Path, name: str, target: Path) -> None:
    temporary = output / f".{name}.next"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.rename(output / name)
    sync(output)


def _remove_unlinked(output: Path) -> None:
    """Remove runs that no link shows any more, the newest last: earlier runs of a delivery, and unfinished ones."""
    shown = {link.resolve() for link in output.iterdir() if link.is_symlink()}
    for folder in sorted((output / _RUNS).iterdir()):
        if folder.resolve() not in shown:
            shutil.rmtree(folder, ignore_errors=True)
