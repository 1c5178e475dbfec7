"""All or nothing: a run is written beside what is published, synced, and shown by renaming a link.

`<output>/.runs/<run id>/` holds the files; `<output>/<delivery_id>` and `<output>/latest` are links. Each link is
swapped by one rename, so readers see the old run or the new one, never half.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from brp_signals.errors import UsageProblem
from brp_signals.sealing import AGE_SUFFIX, Recipients, seal

_RUNS = ".runs"
LATEST = "latest"
#: The folder of a run for children under a secrecy indication.
SEALED = "sealed"


@contextmanager
def published(output: Path, delivery_id: str, run_id: str) -> Iterator[Path]:
    """A folder to write into, which becomes `<output>/<delivery_id>` when the block ends without an error."""
    runs = output / _RUNS
    runs.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in (delivery_id, LATEST):
        if (output / name).exists() and not (output / name).is_symlink():
            raise UsageProblem(f"{name} in the output folder is not a link that a run made; move it away first.")
    folder = runs / f".{run_id}.unfinished"
    folder.mkdir(mode=0o700)
    yield folder
    # One sync of everything is far cheaper than one for each of the files of a whole country.
    os.sync()
    folder.rename(runs / run_id)
    _sync_folder(runs)
    _swap(output, delivery_id, Path(_RUNS) / run_id)
    _swap(output, LATEST, Path(delivery_id))
    _remove_unlinked(output)


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
    _sync_folder(output)


def _remove_unlinked(output: Path) -> None:
    """Remove runs that no link shows any more: earlier runs of the same delivery, and unfinished ones."""
    shown = {link.resolve() for link in output.iterdir() if link.is_symlink()}
    for folder in (output / _RUNS).iterdir():
        if folder.resolve() not in shown:
            shutil.rmtree(folder, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
