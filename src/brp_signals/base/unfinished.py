"""Unfinished work: hidden files and folders that end in `.unfinished`, locked by the process that makes them.

A process that is killed leaves them behind, without the lock. The next process that makes the same thing, or begins in
the same folder, removes them; those of a living process, and those of other users, stay.
"""

import fcntl
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SUFFIX: Final = ".unfinished"
_CHANCE: Final = r"\.[a-z0-9_]{8}"
_PATIENCE: Final = 25


def start_file(path: Path) -> tuple[int, Path]:
    """Start a file next to `path`, mode 0600, that is to replace it.

    Returns its descriptor, which holds the lock, and its name. Raises OSError.
    """
    with _alone_in(path.parent):
        sweep(path.parent, path.name)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=SUFFIX, dir=path.parent)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor, Path(name)


@contextmanager
def folder(place: Path, name: str) -> Iterator[Path]:
    """Make a folder in `place`, mode 0700, and remove it after the block, if it was not renamed.

    Raises OSError.
    """
    with _alone_in(place):
        sweep(place, name)
        made = Path(tempfile.mkdtemp(prefix=f".{name}.", suffix=SUFFIX, dir=place))
        lock = os.open(made, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        os.close(lock)


def sweep(place: Path, name: str | None = None) -> None:
    """Remove the unfinished files and folders of `name` that ended processes left in a folder; without a name, those of
    every name.
    """
    pattern = re.compile(rf"\.{re.escape(name) if name else '.+'}{_CHANCE}{re.escape(SUFFIX)}", re.DOTALL)
    here = list(place.iterdir()) if place.is_dir() else []
    for path in filter(lambda path: pattern.fullmatch(path.name), here):
        if _is_left(path):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _is_left(path: Path) -> bool:
    """Whether it belongs to this user and no process is making it."""
    try:
        found = path.lstat()
        if found.st_uid != os.geteuid() or not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            return False
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        finally:
            os.close(descriptor)
    except OSError:
        return False
    return True


@contextmanager
def _alone_in(place: Path) -> Iterator[None]:
    """Let no other process sweep between making a file and locking it.

    The wait has an end: in a folder that everybody may use, another user could hold the lock.
    """
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for _ in range(_PATIENCE):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)
