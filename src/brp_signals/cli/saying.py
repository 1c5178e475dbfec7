"""What a command says: results on stdout, sentences for people on stderr; neither changes what was done (`streams`)."""

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
    """One line for people on stderr, whatever stands in a name that it quotes; a log line where JSON is asked for."""
    line = "".join(letter if letter.isprintable() else " " for letter in sentence)
    if is_json():
        listen()
        logging.getLogger("brp_signals.command").log(level, "%s", line)
    else:
        print(line, file=sys.stderr)


def tell(sentence: str) -> None:
    """One line for staff or stewards, in Dutch unless somebody asks for English."""
    say(told(sentence))


def answer(text: str) -> None:
    """Print what a command gives and nothing else."""
    print(text)
    must_be_out()


def must_be_out() -> None:
    """Fail a command that only answers when its answer did not come out whole; who stopped reading wants no more."""
    if problem := streams.lost():
        raise InternalFailure(
            f"The answer could not be printed whole ({problem.strerror}); free space or print it elsewhere, then ask "
            "again."
        )


def print_json(content: Any) -> None:
    """Print a result for another program."""
    print(json.dumps(content, ensure_ascii=False, indent=2, default=str))


def write_result(path: Path, write: Callable[[Path], Any]) -> None:
    """Have a result written to the place that a person chose; raises UsageProblem where that cannot be."""
    refuse_special(path)
    try:
        write(path)
    except OSError as problem:
        raise UsageProblem(f"{path.name} cannot be written ({problem.strerror}); choose another place.") from None
