"""Files and folders that only their owner may read: keys, key maps, revealed lists, the state of the service.

Any file that a person names is opened here too: only an ordinary file is.
"""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import IO, BinaryIO, Final

from brp_signals.base.errors import UsageProblem
from brp_signals.base.unfinished import start_file

_OPEN_TO_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_WRITABLE_BY_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH
_ROOT: Final = 0
_LARGEST_SECRET: Final = 64 * 1024


def open_ordinary(path: Path) -> BinaryIO:
    """Open an ordinary file for reading, without ever waiting for it.

    Raises OSError, also for a folder, and for a pipe or device, which could keep a command for ever or never end.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no ordinary file")
    return os.fdopen(descriptor, "rb")


def read_small(path: Path, most: int) -> bytes:
    """Read a file of at most `most` bytes. Raises OSError for a larger one, and like `open_ordinary`."""
    with open_ordinary(path) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, "it is far larger than such a file is")
    return content


def refuse_special(path: Path) -> None:
    """Refuse a place to write to where a pipe, device or folder stands: a pipe would wait, a device be replaced.

    Raises UsageProblem.
    """
    if path.exists() and not path.is_file():
        raise UsageProblem(f"{path} cannot be written (it is no ordinary file); choose another place.")


def read_secret(path: Path, what: str) -> str:
    """The text of a small secret file; `what` names it in messages, which never hold its content.

    Raises UsageProblem when it is missing, too large, not text, or open to others than its owner.
    """
    try:
        with open_ordinary(path) as stream:
            mode = os.fstat(stream.fileno()).st_mode
            content = stream.read(_LARGEST_SECRET + 1)
    except FileNotFoundError:
        raise UsageProblem(f"The {what} {path} does not exist; brp-signals key --help tells how to make one.") from None
    except OSError as problem:
        raise UsageProblem(f"The {what} {path} cannot be read ({problem.strerror}).") from None
    if stat.S_IMODE(mode) & _OPEN_TO_OTHERS:
        raise UsageProblem(f"The {what} {path} is open to others than its owner; run chmod 600 on it.")
    if len(content) > _LARGEST_SECRET or not content.isascii():
        raise UsageProblem(f"The file {path} is no {what}; see brp-signals key --help.")
    return content.decode("ascii")


def create_secret(path: Path, text: str) -> None:
    """Write a new secret file, mode 0600, durable when this returns.

    Raises UsageProblem when the file exists already: a key that is written over is lost.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageProblem(f"{path} exists already and is never written over; give another name.") from None
    except OSError as problem:
        raise unwritable(path, problem) from None
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    sync(path.parent)


def replace_private(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Replace `path` by what `write` writes, mode 0600: the file is replaced whole or not at all.

    Raises UsageProblem when it cannot be written; the earlier file is then still there.
    """
    refuse_special(path)
    temporary: Path | None = None
    try:
        descriptor, temporary = start_file(path)
        with os.fdopen(descriptor, "wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.rename(path)
        sync(path.parent)
    except OSError as problem:
        raise unwritable(path, problem) from None
    finally:
        if temporary:
            temporary.unlink(missing_ok=True)


def open_lock(path: Path) -> IO[str]:
    """Open the file of a lock, and make it with mode 0600 when it does not exist. Raises OSError for a link in its
    place, or for anything but an ordinary file.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "the lock is no ordinary file")
    return os.fdopen(descriptor, "r+", encoding="utf-8")


def refuse_open_folder(folder: Path, what: str, *, may_be_read: bool = False) -> None:
    """Refuse a folder in which other users could read (unless that is meant), write or replace files.

    Raises UsageProblem; a folder that is not there yet is fine.
    """
    if sentence := why_open(folder, what, may_be_read=may_be_read):
        raise UsageProblem(sentence)


def why_open(folder: Path, what: str, *, may_be_read: bool = False) -> str | None:
    """What is wrong with the rights on a folder, and what to do; None when nothing is."""
    try:
        link, found = folder.lstat(), folder.stat()
    except OSError:
        return None
    mine = os.geteuid()
    if found.st_uid != mine or link.st_uid not in (mine, _ROOT):
        return f"The {what} folder {folder.name} belongs to another user; run as its owner, or chown -R it to this one."
    if stat.S_IMODE(found.st_mode) & (_WRITABLE_BY_OTHERS if may_be_read else _OPEN_TO_OTHERS):
        done, mode = ("written", "go-w") if may_be_read else ("read or written", "700")
        return f"The {what} folder {folder.name} can be {done} by others than its owner; run chmod {mode} on it."
    return None


def unwritable(path: Path, problem: OSError) -> UsageProblem:
    """The sentence about a place where nothing can be written."""
    return UsageProblem(f"{path} cannot be written ({problem.strerror}); choose another place.")


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
