"""Keeps a process and its children on this machine: whoever reaches farther gets an error and is written down.

Python imports this at its start when its folder is in PYTHONPATH (tests/conftest.py sees to that). With
`BRP_SIGNALS_SEEN=FILE` every address is written there, those of this machine included.
"""

import ipaddress
import os
import socket
import sys
from collections.abc import Callable

_WITH_ADDRESS = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg")
_WITH_NAME = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")


def host_of(event: str, arguments: tuple[object, ...]) -> str | None:
    """The host that a socket event is about; None when it is none or stays within the machine by its nature."""
    if event in _WITH_NAME:
        host = arguments[0]
        return "" if host is None else host.decode() if isinstance(host, bytes) else str(host)
    if event in _WITH_ADDRESS and arguments[0].family in (socket.AF_INET, socket.AF_INET6):  # type: ignore[attr-defined]
        address = arguments[1]
        return str(address[0]) if isinstance(address, tuple) else None
    return None


def is_near(host: str) -> bool:
    """Whether a host is this machine's loopback."""
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if not event.startswith("socket."):
        return
    host = host_of(event, arguments)
    if host is None:
        return
    _note("BRP_SIGNALS_SEEN", f"{event} {host}")
    if not is_near(host) or (event == "socket.bind" and host == ""):
        _note("BRP_SIGNALS_REACHED", f"{event} {host}")
        raise OSError(f"{event} {host}: a test may not leave this machine")


def _note(variable: str, line: str) -> None:
    if path := os.environ.get(variable):
        with open(path, "a", encoding="utf-8") as file:  # noqa: PTH123 -- as little as possible inside the hook
            file.write(f"{line}\n")


def watch(add: Callable[..., None] = sys.addaudithook) -> None:
    """Begin, once in a process: a hook cannot be taken away again."""
    if not getattr(sys, "_brp_signals_offline", False):
        sys._brp_signals_offline = True  # type: ignore[attr-defined]
        add(_watch)


watch()
