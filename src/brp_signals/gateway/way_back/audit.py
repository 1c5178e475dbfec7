"""The audit log of reveals: one line of JSON each, and every line holds the hash of the line before it.

The last two members of a line are `previous`, the hash of the line before, and `hash`, the SHA-256 of the line up to
`,"hash":`. So a changed byte, and a line that was added or removed, is found. Lines cut off at the end, or a log that
was rewritten from some line on, are found only by comparing with a hash that was kept elsewhere.
"""

import fcntl
import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Any, Final, NamedTuple

from brp_signals.base.errors import DeliveryRefused, InternalFailure, UsageProblem
from brp_signals.base.private_files import open_ordinary, sync, unwritable

#: The `previous` of the first line.
GENESIS: Final = hashlib.sha256(b"brp-signals/audit/1").hexdigest()
_LINE = re.compile(rb'(\{.+,"previous":"([0-9a-f]{64})"),"hash":"([0-9a-f]{64})"\}', re.DOTALL)


class End(NamedTuple):
    """How far a log was found sound: its size in bytes, its lines, and the hash of the last one."""

    size: int = 0
    lines: int = 0
    digest: str = GENESIS


#: The end of a log of which nothing was read yet.
START: Final = End()


def append(path: Path, entry: Mapping[str, Any]) -> str:
    """Add one line, wait until it is on the disk, and return its hash.

    Raises DeliveryRefused when the log so far is broken, UsageProblem when it cannot be opened or is no ordinary file,
    and InternalFailure when the line could not be written whole: the log is then what it was.
    """
    return append_after(path, entry, START).digest


def append_after(path: Path, entry: Mapping[str, Any], known: End) -> End:
    """The same for who writes many lines: what was found sound before is not read again. Returns the new end."""
    with _open_log(path) as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)  # two reveals at once would both follow the same line
        if os.fstat(stream.fileno()).st_size < known.size:
            raise _broken_at_line(path, known.lines)
        stream.seek(known.size)
        content = stream.readall()
        hashes = _hashes(path, content, known)
        line, digest = _line({**entry, "previous": hashes[-1]})
        size = known.size + len(content)
        try:
            _write(stream.fileno(), line)
            sync(path.parent)  # the first line is kept only when the name of the file is
        except OSError as problem:
            raise _undone_write(path, stream.fileno(), size, problem) from None
    return End(size + len(line), known.lines + len(hashes), digest)


@contextmanager
def _open_log(path: Path) -> Iterator[FileIO]:
    """Open the log, and make it when it does not exist. A device or a pipe would lose the line, or wait for ever."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK, 0o600)
    except OSError as problem:
        raise unwritable(path, problem) from None
    with FileIO(descriptor, "r+b") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UsageProblem(f"The audit log {path} is no ordinary file; give the name of one with --audit-log.")
        yield stream


def _write(descriptor: int, line: bytes) -> None:
    """Write the whole line to the disk; a full disk or a quota may take only a part of it."""
    left = memoryview(line)
    while left:
        left = left[os.write(descriptor, left) :]
    os.fsync(descriptor)


def _undone_write(path: Path, descriptor: int, size: int, problem: OSError) -> InternalFailure:
    """Take back what was written of a line, and say what came of it."""
    try:
        os.ftruncate(descriptor, size)
        os.fsync(descriptor)
        state = "the log is what it was"
    except OSError:
        state = "the log ends in a part of a line, which brp-signals audit verify names"
    return InternalFailure(
        f"The line for the audit log {path} could not be written ({problem.strerror}); nothing was revealed and "
        f"{state}: check disk space and quota, then try again."
    )


def verify(path: Path, expected: str | None = None) -> tuple[int, str]:
    """The number of lines of a sound log and the hash of the last one.

    Raises DeliveryRefused with the first broken line, or when no line has the hash `expected`, which was kept
    elsewhere: then lines are missing from the end, or the log was written anew.
    """
    try:
        with open_ordinary(path) as stream:
            content = stream.read()
    except OSError as problem:
        raise UsageProblem(f"The audit log {path} cannot be read ({problem.strerror}).") from None
    hashes = _hashes(path, content)
    if expected is not None and expected.lower() not in hashes:
        raise DeliveryRefused(
            f"The audit log {path} has no line with the expected hash: lines are missing from its end, or it is not the"
            " log it was."
        )
    return len(hashes) - 1, hashes[-1]


def _line(entry: Mapping[str, Any]) -> tuple[bytes, str]:
    body = json.dumps(entry, separators=(",", ":"), ensure_ascii=False)[:-1].encode()
    digest = hashlib.sha256(body).hexdigest()
    return body + f',"hash":"{digest}"}}\n'.encode(), digest


def _hashes(path: Path, content: bytes, known: End = START) -> list[str]:
    """Return the `previous` of the first line of the content, which follows on `known`, then the hash of every line."""
    hashes = [known.digest]
    lines = content.split(b"\n")
    if lines.pop():
        raise _broken_at_line(path, known.lines + len(lines) + 1)  # the last line has no end
    for number, line in enumerate(lines, start=known.lines + 1):
        parts = _LINE.fullmatch(line)
        if not parts or parts[2].decode() != hashes[-1] or hashlib.sha256(parts[1]).hexdigest() != parts[3].decode():
            raise _broken_at_line(path, number)
        hashes.append(parts[3].decode())
    return hashes


def _broken_at_line(path: Path, number: int) -> DeliveryRefused:
    return DeliveryRefused(
        f"The audit log {path} is broken at line {number}: that line, or one before it, was changed, removed or cut"
        " off. Keep the file as it is and tell whoever answers for it; a new log can be started with --audit-log."
    )
