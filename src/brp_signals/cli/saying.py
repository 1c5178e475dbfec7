"""What a command prints: results on stdout, sentences for people on stderr; printing never changes what was done
(`streams`).
"""

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from brp_signals.base import streams
from brp_signals.base.errors import InternalFailure, UsageProblem
from brp_signals.base.logs import is_json, listen
from brp_signals.base.private_files import refuse_special
from brp_signals.publish.in_dutch import told


def say(sentence: str, level: int = logging.INFO) -> None:
    """Print one line for people on stderr, whatever characters are in a name that it quotes; a log line when JSON is
    asked for.
    """
    line = "".join(letter if letter.isprintable() else " " for letter in sentence)
    if is_json():
        listen()
        logging.getLogger("brp_signals.command").log(level, "%s", line)
    else:
        print(line, file=sys.stderr)


def tell(sentence: str) -> None:
    """Print one line for staff or stewards, in Dutch unless English is asked for."""
    say(told(sentence))


def answer(text: str) -> None:
    """Print the result of a command and nothing else."""
    print(text)
    must_be_out()


def must_be_out() -> None:
    """Fail a command that only prints an answer when part of the answer was lost. A reader that closed its end wants no
    more, so that is no failure.
    """
    if problem := streams.lost():
        raise InternalFailure(
            f"The answer could not be printed whole ({problem.strerror}); free space or print it elsewhere, then ask "
            "again."
        )


def print_json(content: Any) -> None:
    """Print a result for another program."""
    print(json.dumps(content, ensure_ascii=False, indent=2, default=str))


def write_result(path: Path, write: Callable[[Path], Any]) -> None:
    """Write a result to the place that a person chose. Raises UsageProblem when that is impossible."""
    refuse_special(path)
    try:
        write(path)
    except OSError as problem:
        raise UsageProblem(f"{path.name} cannot be written ({problem.strerror}); choose another place.") from None
