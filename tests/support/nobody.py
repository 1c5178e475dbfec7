"""Another user of this machine, to see what that one gets at."""

import os
from collections.abc import Callable

import pytest

NOBODY = 65534

only_as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")


def as_nobody(act: Callable[[], str]) -> str:
    """What `act` gives, or the name of its error, when `nobody` does it, in a copy of this process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, _act_as_nobody(act).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as answer:
        told = answer.read()
    os.waitpid(child, 0)
    return told


def _act_as_nobody(act: Callable[[], str]) -> str:
    try:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        return act()
    except BaseException as refused:
        return type(refused).__name__
