"""Runs the command line in a process of its own, and writes down every address that it tried to reach.

Called as `probe.py ADDRESSES THREADS ARGUMENT…`: a file for the addresses, a number of database threads, and the
arguments of `brp-signals`.
"""

import functools
import sys
from pathlib import Path

ADDRESSES, THREADS = Path(sys.argv[1]), int(sys.argv[2])
_WATCHED = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname")


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in _WATCHED:
        with ADDRESSES.open("a", encoding="utf-8") as file:
            file.write(f"{event} {arguments[-1] if event.endswith(('connect', 'bind', 'sendto')) else arguments[0]}\n")


if __name__ == "__main__":
    ADDRESSES.touch()
    sys.addaudithook(_watch)
    sys.argv[1:] = sys.argv[3:]
    from brp_signals import cli, pipeline

    pipeline.run = functools.partial(pipeline.run, threads=THREADS)
    cli.main()
