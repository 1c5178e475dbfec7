"""Standard streams that cannot change what becomes of the work: closed, full or broken, they swallow what is written.

What was lost is remembered, so that a command whose answer is its only product can still say so.
"""

import errno
import io
import os
import select
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing_extensions import Buffer

_NUMBERS: Final = (0, 1, 2)


class _Patient(io.RawIOBase):
    """A stream that takes everything; `failure` is why it could not pass something on."""

    failure: OSError | None = None

    def __init__(self, number: int) -> None:
        self._number = number

    def write(self, content: "Buffer", /) -> int:
        """Write, wait for a reader that is slow, and pretend where nobody can take it."""
        while True:
            try:
                return os.write(self._number, content)
            except BlockingIOError:  # a pipe that does not wait is full
                select.select([], [self._number], [])
            except OSError as problem:
                self.failure = self.failure or problem
                return memoryview(content).nbytes

    def fileno(self) -> int:
        """The number of the stream, for who writes past it."""
        return self._number

    def isatty(self) -> bool:
        """Whether a person looks on."""
        return os.isatty(self._number)

    def writable(self) -> bool:
        """It always is."""
        return True


def make_patient() -> None:
    """Put such streams in the place of this process's own; call it before anything is opened or written.

    A stream that another program put in their place, to hear what is said, stays.

    A number that the caller closed is given to /dev/null first. The next file that is opened would get it otherwise, a
    ledger perhaps, and what any library writes to its standard error would go into that file.
    """
    for number in _NUMBERS:
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    if sys.stdout is sys.__stdout__:
        sys.stdout = _text(1)
    if sys.stderr is sys.__stderr__:
        sys.stderr = _text(2)


def lost() -> OSError | None:
    """Why something that was printed on stdout did not come out, if it did not; who stops reading wants no more."""
    sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    failure = raw.failure if isinstance(raw, _Patient) else None
    return failure if failure and failure.errno != errno.EPIPE else None


def _text(number: int) -> io.TextIOWrapper:
    """Text for people and programs alike is UTF-8; a name that is not, as a file may have, is written escaped."""
    raw = _Patient(number)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=number == 2 or raw.isatty(),
    )
