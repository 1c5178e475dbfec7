"""Hold back a signal to stop until the work can be stopped safely."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_ENDINGS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def postponed() -> Iterator[None]:
    """Deliver SIGINT and SIGTERM after the block instead of inside it.

    A native library that is interrupted while it is being loaded aborts the process: nothing is cleaned up and no exit
    code is ours. Python hands signals to the main thread alone, so that other threads have nothing to postpone.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[signal.Signals] = []

    def note(number: int, frame: FrameType | None) -> None:
        came.append(signal.Signals(number))

    before = {ending: signal.signal(ending, note) for ending in _ENDINGS}
    try:
        yield
    finally:
        for ending, handler in before.items():
            signal.signal(ending, handler)
    for ending in came:
        signal.raise_signal(ending)
