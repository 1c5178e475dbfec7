"""What a process gets from the one that started it: its end, and no more of the environment than it needs."""

import ctypes
import os
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_ORPHANED: Final = 70


def end_with(starter: int) -> None:
    """Have the kernel kill this process as soon as `starter`, the process that started it, ends in any way (Linux)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != starter:  # it ended before the kernel knew
        os._exit(_ORPHANED)


def environment_without_prefect() -> dict[str, str]:
    """The environment for a process that has no business with the scheduler, so without the secret of its API."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
