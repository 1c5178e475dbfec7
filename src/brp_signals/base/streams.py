"""Standard streams that cannot make the work fail: when they are closed, full or broken, they drop what is written.

They remember that something was lost, so that a command that only prints an answer can still report it.
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
    """A stream that accepts everything; `failure` is the reason why it could not pass something on."""

    failure: OSError | None = None

    def __init__(self, number: int) -> None:
        self._number = number

    def write(self, content: "Buffer", /) -> int:
        """Write, and wait for a slow reader; report success even when nobody can receive the text."""
        while True:
            try:
                return os.write(self._number, content)
            except BlockingIOError:  # a pipe that does not wait is full
                select.select([], [self._number], [])
            except OSError as problem:
                self.failure = self.failure or problem
                return memoryview(content).nbytes

    def fileno(self) -> int:
        """Return the descriptor of the stream, for libraries that write to it directly."""
        return self._number

    def isatty(self) -> bool:
        """Whether the stream is a terminal."""
        return os.isatty(self._number)

    def writable(self) -> bool:
        """Return True: a write never fails."""
        return True


def make_patient() -> None:
    """Replace the standard streams of this process; call it before anything is opened or written.

    A stream that another program put there, to capture the output, stays. A descriptor that the caller closed is first
    opened on /dev/null. Otherwise the next file that is opened would get that number, perhaps a ledger, and a library
    that writes to standard error would write into that file.
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
    """Return why something printed on stdout was lost, or None. A reader that closed its end wants no more, so that is
    no loss.
    """
    sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    failure = raw.failure if isinstance(raw, _Patient) else None
    return failure if failure and failure.errno != errno.EPIPE else None


def _text(number: int) -> io.TextIOWrapper:
    """Encode text as UTF-8; a file name that is no valid UTF-8 is written escaped."""
    raw = _Patient(number)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=number == 2 or raw.isatty(),
    )
