"""What a process gets from the one that started it: it ends when the starter ends, and sees only the environment that
it needs.
"""

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
    if os.getppid() != starter:  # the starter ended before the kernel was asked
        os._exit(_ORPHANED)


def environment_without_prefect() -> dict[str, str]:
    """Return the environment for a process that does not need the scheduler: it leaves out the secret of its API."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
