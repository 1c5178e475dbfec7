"""Runs in processes of their own: `brp-signals run` with all imports done once, and harm done to it."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, Protocol

from tests.support.commands import FORKING

_LONGEST_SECONDS: Final = 300.0


class Harm(Protocol):
    """Something done to a run, inside its process, before it starts."""

    def prepare(self, tell: Callable[[str], None]) -> None:
        """Set it up; `tell` sends a word to the harness."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended: exit code (negative: the signal that ended it), what it said on stderr, words from inside it."""

    code: int
    said: str
    told: tuple[str, ...]


class Running:
    """A run that has been started."""

    def __init__(self, arguments: Sequence[str | Path], harm: Harm | None = None, is_judged: bool = True) -> None:
        self._stderr, stderr = FORKING.Pipe(duplex=False)
        self._words, words = FORKING.Pipe(duplex=False)
        self._told: list[str] = []
        self._process = FORKING.Process(
            target=_be_a_run, args=([str(each) for each in arguments], stderr, words, harm, is_judged)
        )
        self._process.start()
        stderr.close()
        words.close()

    def wait_for_step(self, name: str) -> bool:
        """Wait until this step begins; False when the run ends before that."""
        try:
            while name not in self._told:
                self._told.append(self._words.recv())
        except EOFError:
            return False
        return True

    def kill_after(self, seconds: float) -> None:
        """Kill the process, as the system would, after so long; nothing when it has ended by then."""
        self._process.join(seconds)
        self._process.kill()

    def _read(self) -> bytes:
        """What is said next, nothing at the end; a run that hangs is killed, which its exit code then tells."""
        if not self._stderr.poll(_LONGEST_SECONDS):
            self._process.kill()
        return os.read(self._stderr.fileno(), 65536)

    def end(self) -> Outcome:
        """Wait for the end."""
        said = b""
        while chunk := self._read():
            said += chunk
        self._process.join()
        self.wait_for_step("")  # takes the words that are left
        self._stderr.close()
        self._words.close()
        code = self._process.exitcode
        self._process.close()
        return Outcome(-1 if code is None else code, said.decode(errors="replace"), tuple(self._told))


def _be_a_run(arguments: list[str], stderr: Connection, words: Connection, harm: Harm | None, is_judged: bool) -> None:
    """What the child does."""
    sys.dont_write_bytecode = True
    os.dup2(stderr.fileno(), 2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    stderr.close()
    from brp_signals import pipeline
    from brp_signals.cli import main

    if not is_judged:
        from tests.support.unjudged import UNJUDGED

        pipeline._STEPS.update(UNJUDGED)
    original = pipeline.OpenNight.run_step

    def run_step(night: pipeline.OpenNight, name: str) -> dict[str, Any]:
        words.send(name)
        return original(night, name)

    pipeline.OpenNight.run_step = run_step  # type: ignore[method-assign, assignment]
    if harm:
        harm.prepare(words.send)
    sys.argv = ["brp-signals", *arguments]
    main()
